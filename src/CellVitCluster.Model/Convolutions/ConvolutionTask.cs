namespace CellVitCluster.Model.Convolutions;

/// <summary>The maps of one call, all <c>[Batch, Height, Width, channels]</c>.</summary>
/// <param name="First">First map.</param>
/// <param name="Second">Second map; null if the convolution has none.</param>
/// <param name="Output">Receives the result.</param>
/// <param name="Batch">Images.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Pixels in a row.</param>
internal readonly unsafe record struct ConvolutionTask(nint First, nint Second, nint Output, int Batch, int Height, int Width);
