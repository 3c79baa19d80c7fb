using Akka.Actor;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cluster.Serialization;

/// <summary>
/// Stands for bytes that could not be understood. Actors that receive it let it fall; a persistent actor that meets it in its journal must
/// stop (<see cref="StopRecovery"/>), because it would otherwise go on without a fact. Never serialized.
/// </summary>
/// <param name="Manifest">Name the bytes came with, shortened.</param>
/// <param name="Reason">Why they could not be understood.</param>
internal sealed record UnreadableMessage(string Manifest, string Reason) : INoSerializationVerificationNeeded
{
    /// <summary>For <c>Recover&lt;UnreadableMessage&gt;</c>: ends the recovery of a persistent actor with the reason.</summary>
    /// <exception cref="StoreException">Always.</exception>
    public void StopRecovery(string persistenceId) => throw new StoreException(
        ErrorCode.JournalUnreadable,
        $"The journal of '{persistenceId}' cannot be read.",
        $"It holds a fact that this version does not understand ('{Manifest}': {Reason}).",
        "Start the newer version that wrote it; if it is damaged, restore the database from its backup.");
}
