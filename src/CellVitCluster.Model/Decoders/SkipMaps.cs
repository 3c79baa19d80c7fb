using static TorchSharp.torch;

namespace CellVitCluster.Model.Decoders;

/// <summary>
/// Outputs of the skip stacks, computed once and read by every branch. Belongs to the dispose scope it was made in. Channels as in
/// <see cref="Networks.DecoderWidths"/>.
/// </summary>
/// <param name="Full">Of the image, <c>[B, Full, S, S]</c>.</param>
/// <param name="Half">Of the first tap, <c>[B, Half, S/2, S/2]</c>.</param>
/// <param name="Quarter">Of the second tap, <c>[B, Quarter, S/4, S/4]</c>.</param>
/// <param name="Bottleneck">Of the third tap, <c>[B, Bottleneck, S/8, S/8]</c>.</param>
internal sealed record SkipMaps(Tensor Full, Tensor Half, Tensor Quarter, Tensor Bottleneck);
