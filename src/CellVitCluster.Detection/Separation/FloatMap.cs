namespace CellVitCluster.Detection.Separation;

/// <summary>A row-major map of single-precision values, borrowed.</summary>
/// <param name="Values"><c>[Height, Width]</c>.</param>
/// <param name="Width">Px.</param>
/// <param name="Height">Px.</param>
internal readonly record struct FloatMap(float[] Values, int Width, int Height)
{
    /// <summary>One row.</summary>
    public ReadOnlySpan<float> Row(int y) => Values.AsSpan(y * Width, Width);
}
