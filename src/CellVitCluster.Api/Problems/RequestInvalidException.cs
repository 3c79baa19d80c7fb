using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Api.Problems;

/// <summary>A request that cannot be carried out as it is, with everything that is wrong with it.</summary>
/// <param name="faults">At least one.</param>
internal sealed class RequestInvalidException(IReadOnlyList<RequestFault> faults) : CellVitException(
    faults[0].Cause.Code,
    faults.Count == 1 ? faults[0].Cause.What : FormattableString.Invariant($"The request has {faults.Count} faults."),
    faults.Count == 1 ? faults[0].Cause.Why : string.Join(' ', faults.Take(ShownFaults).Select(f => $"{f.Field}: {f.Cause.What} {f.Cause.Why}")),
    faults.Count == 1 ? faults[0].Cause.Remedy : "Correct them and send the request again.")
{
    private const int ShownFaults = 20;

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<RequestFault> Faults { get; } = faults;
}

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Field">Where.</param>
/// <param name="Cause">What, why, and what to do.</param>
internal sealed record RequestFault(string Field, CellVitException Cause)
{
    /// <summary>A value that cannot be used.</summary>
    public static RequestFault Invalid(string field, string what, string why, string remedy) => new(field, new ConfigurationException(what, why, remedy));
}
