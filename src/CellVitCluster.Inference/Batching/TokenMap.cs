namespace CellVitCluster.Inference.Batching;

/// <summary>
/// The network's tokens of one image: for each patch a vector that describes it. Element (d, row, column) lies at
/// <c>(d · Rows + row) · Columns + column</c> and belongs to the pixels <c>[row · PatchSize, (row + 1) · PatchSize)</c> of the image as the
/// encoder saw it, likewise in x. Source: spec/model.md §5.
/// </summary>
/// <param name="Values">fp32, <c>[D, Rows, Columns]</c>; belongs to the <see cref="NetworkResult"/>.</param>
/// <param name="Width">D, the length of a token.</param>
/// <param name="Rows">Patches vertically.</param>
/// <param name="Columns">Patches horizontally.</param>
/// <param name="PatchSize">Side of a patch in px of the image as the encoder saw it.</param>
/// <param name="InputScale">Px of the image as the encoder saw it per px of the given image: 1, or 1022/1024 where the network shrinks it.</param>
public sealed record TokenMap(float[] Values, int Width, int Rows, int Columns, int PatchSize, double InputScale);
