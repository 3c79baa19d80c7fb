namespace CellVitCluster.Model.Networks;

/// <summary>Sizes of an encoder. Source: spec/model.md §3.1.</summary>
/// <param name="Width">Width of a token.</param>
/// <param name="Depth">Number of transformer blocks.</param>
/// <param name="Heads">Number of attention heads.</param>
/// <param name="Taps">The four blocks whose output feeds the decoders, counted from 1.</param>
/// <param name="GlobalBlocks">Blocks that attend to the whole image instead of windows, counted from 0; empty where the family has no windows.</param>
internal sealed record EncoderSize(int Width, int Depth, int Heads, IReadOnlyList<int> Taps, IReadOnlyList<int> GlobalBlocks)
{
    /// <summary>ViT-S/16 of <c>CellViT256</c>.</summary>
    public static EncoderSize Small { get; } = new(384, 12, 6, [3, 6, 9, 12], []);

    /// <summary>ViT-L/16 of <c>CellViTUNI</c>.</summary>
    public static EncoderSize Large { get; } = new(1024, 24, 16, [6, 12, 18, 24], []);

    /// <summary>ViT-H/14 of <c>CellViTVirchow</c> and <c>CellViTVirchow2</c>.</summary>
    public static EncoderSize Huge { get; } = new(1280, 32, 16, [8, 16, 24, 32], []);

    /// <summary>The three sizes of <c>CellViTSAM</c> by the name in <c>model.backbone</c>, whose case does not matter.</summary>
    public static IReadOnlyDictionary<string, EncoderSize> SegmentAnything { get; } =
        new Dictionary<string, EncoderSize>(StringComparer.OrdinalIgnoreCase)
        {
            ["SAM-B"] = new(768, 12, 12, [3, 6, 9, 12], [2, 5, 8, 11]),
            ["SAM-L"] = new(1024, 24, 16, [6, 12, 18, 24], [5, 11, 17, 23]),
            ["SAM-H"] = new(1280, 32, 16, [8, 16, 24, 32], [7, 15, 23, 31]),
        };
}
