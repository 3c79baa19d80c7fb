namespace CellVitCluster.Model.Networks;

/// <summary>Families of image encoders; within one, sizes differ, not the computation. Source: spec/model.md §3.</summary>
public enum EncoderFamily
{
    /// <summary>Plain vision transformer whose final norm feeds the tissue head: <c>CellViT</c>, <c>CellViT256</c>, <c>CellViTSlim</c>.</summary>
    Plain,

    /// <summary>Windows, relative positions, no class token: <c>CellViTSAM</c>.</summary>
    SegmentAnything,

    /// <summary>Scaled layers, class and register tokens, final norm unused: <c>CellViTUNI</c>, <c>CellViTVirchow</c>, <c>CellViTVirchow2</c>.</summary>
    Foundation,
}
