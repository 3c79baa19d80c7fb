namespace CellVitCluster.Model.Networks;

/// <summary>Channels inside the decoders, from coarse to fine. Source: spec/model.md §4.1, §4.3, §4.4.</summary>
/// <param name="Skip11">First upsampling step of the second and third skip stack.</param>
/// <param name="Skip12">Second upsampling step of the second skip stack.</param>
/// <param name="Bottleneck">At an eighth of the input's side.</param>
/// <param name="Quarter">At a quarter of the input's side.</param>
/// <param name="Half">At half of the input's side.</param>
/// <param name="Full">At the input's side.</param>
/// <param name="Image">First step of the skip stack that sees the image.</param>
public sealed record DecoderWidths(int Skip11, int Skip12, int Bottleneck, int Quarter, int Half, int Full, int Image)
{
    /// <summary>The published rule, which depends on the width of the tokens only.</summary>
    public static DecoderWidths Published(int embeddingWidth) => embeddingWidth < 512
        ? new DecoderWidths(256, 128, 312, 256, 128, 64, 32)
        : new DecoderWidths(512, 256, 512, 256, 128, 64, 32);
}
