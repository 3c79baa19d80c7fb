namespace CellVitCluster.Inference.Verification;

/// <summary>One comparison of this program with recorded inputs and outputs of the published one.</summary>
public interface IGoldenCase
{
    /// <summary>Path below the given folder, with the input or mode when a folder holds several, for example <c>forward/tiny-vit/tile_a_256</c>.</summary>
    string Name { get; }

    /// <summary>Runs the comparison. A damaged or incomplete case fails with the reason, it does not throw.</summary>
    GoldenResult Run(CancellationToken cancellation);
}
