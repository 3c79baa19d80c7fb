using CellVitCluster.Cluster.Runs;

namespace CellVitCluster.Api.Work;

/// <summary>Why something failed or does not get on.</summary>
/// <param name="Code">Stable code of <c>docs/errors.md</c>.</param>
/// <param name="What">What could not be done.</param>
/// <param name="Why">Found and expected.</param>
/// <param name="Remedy">What to do.</param>
public sealed record FailureDocument(string Code, string What, string Why, string Remedy)
{
    internal static FailureDocument? Of(FailureMessage? failure) =>
        failure is null ? null : new FailureDocument(failure.Code, failure.What, failure.Why, failure.Remedy);
}
