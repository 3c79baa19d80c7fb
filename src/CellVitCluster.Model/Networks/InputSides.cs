namespace CellVitCluster.Model.Networks;

/// <summary>
/// Which images a network takes, and the side it shrinks them to. Patches of 14 px divide neither 256 nor 1024, so the Virchow networks take
/// squares of just these sides and shrink them. Source: spec/model.md §3.5 and §4.5.
/// </summary>
internal static class InputSides
{
    /// <summary>Side on which the encoder works; null when the network does not take the image.</summary>
    /// <param name="network">The network.</param>
    /// <param name="side">Height or width of the image in px.</param>
    public static int? Encoder(NetworkConfiguration network, long side) => (network.ShrinksInput, side) switch
    {
        (true, 256) => 252,
        (true, 1024) => 1022,
        (false, > 0 and <= int.MaxValue) when side % network.PatchSize == 0 && FitsTable(network, side) => (int)side,
        _ => null,
    };

    /// <summary>Whether the network takes images of this size.</summary>
    public static bool Accepts(NetworkConfiguration network, long height, long width) =>
        Encoder(network, height) is not null && Encoder(network, width) is not null && (height == width || network.TakesOblongs);

    /// <summary>The rule in words, for error messages.</summary>
    public static string Describe(NetworkConfiguration network) => network switch
    {
        { ShrinksInput: true } => "squares of side 256 or 1024",
        { TakesOblongs: false } => $"squares with sides divisible by {network.PatchSize}, up to {network.PatchSize * network.PositionGridSide}",
        _ => $"sides divisible by {network.PatchSize}",
    };

    /// <summary>SAM cuts its position table instead of resampling it, so an image cannot be larger than the table.</summary>
    private static bool FitsTable(NetworkConfiguration network, long side) =>
        network.Family != EncoderFamily.SegmentAnything || side <= network.PatchSize * network.PositionGridSide;
}
