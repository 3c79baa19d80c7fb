namespace CellVitCluster.Model.Products;

/// <summary>The arrays and sizes of one call of an attention.</summary>
/// <param name="Projected">Queries, keys and values, <c>[Batch, Tokens, 3, Heads, HeadWidth]</c>.</param>
/// <param name="Output">Receives <c>[Batch, Tokens, Heads · HeadWidth]</c>.</param>
/// <param name="Batch">Images or windows.</param>
/// <param name="Tokens">Tokens of an image, 1 or more.</param>
/// <param name="Heads">Heads, 1 or more.</param>
/// <param name="HeadWidth">Numbers of a head, 1 or more.</param>
/// <param name="Bias">Bias by the row and column of the key; the default if there is none.</param>
internal readonly record struct AttentionTask(nint Projected, nint Output, int Batch, int Tokens, int Heads, int HeadWidth, DecomposedBias Bias)
{
    /// <summary>Pairs of an image and a head; each is an attention of its own.</summary>
    public int Units => Batch * Heads;

    /// <summary>Numbers from one token to the next in <see cref="Projected"/>.</summary>
    public nint ProjectedStride => 3 * OutputStride;

    /// <summary>Numbers from one token to the next in <see cref="Output"/>.</summary>
    public nint OutputStride => (nint)Heads * HeadWidth;
}
