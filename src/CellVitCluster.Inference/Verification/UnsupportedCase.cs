namespace CellVitCluster.Inference.Verification;

/// <summary>A golden case of a known form for which this version has no counterpart; always skipped, with the reason.</summary>
public sealed class UnsupportedCase : IGoldenCase
{
    private readonly string _reason;

    private UnsupportedCase(string name, string reason)
    {
        Name = name;
        _reason = reason;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Recognizes training-target cases.</summary>
    public static IEnumerable<IGoldenCase> Find(string folder, string name)
    {
        if (GoldenArray.Exists(Path.Combine(folder, "instances.npy")) && GoldenArray.Exists(Path.Combine(folder, "hv.npy")))
        {
            yield return new UnsupportedCase(name, "training targets are not supported yet");
        }
    }

    /// <inheritdoc/>
    public GoldenResult Run(CancellationToken cancellation) => new(Name, GoldenOutcome.Skipped, double.NaN, double.NaN, _reason);
}
