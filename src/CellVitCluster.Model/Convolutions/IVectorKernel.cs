namespace CellVitCluster.Model.Convolutions;

/// <summary>
/// The few vector operations that a convolution consists of, in one register width. Implemented by empty structs, so that generic code is
/// compiled once per width with every call inlined.
/// </summary>
/// <typeparam name="TVector">A register of single-precision numbers.</typeparam>
internal unsafe interface IVectorKernel<TVector>
    where TVector : struct
{
    /// <summary>Numbers in a register. A panel of weights is two registers wide.</summary>
    static abstract int Lanes { get; }

    /// <summary>Rows of the matrix product that are held in registers at a time; even.</summary>
    static abstract int PanelRows { get; }

    /// <summary>The same number in every lane.</summary>
    static abstract TVector Broadcast(float value);

    /// <summary>Reads a register from memory of any alignment.</summary>
    static abstract TVector Load(float* source);

    /// <summary>Writes a register to memory of any alignment.</summary>
    static abstract void Store(TVector value, float* target);

    /// <summary>Sum per lane.</summary>
    static abstract TVector Add(TVector left, TVector right);

    /// <summary>Difference per lane.</summary>
    static abstract TVector Subtract(TVector left, TVector right);

    /// <summary>Product per lane.</summary>
    static abstract TVector Multiply(TVector left, TVector right);

    /// <summary>left · right + addend per lane, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>The larger of a bound and a value per lane; a value that is not a number stays so.</summary>
    static abstract TVector AtLeast(TVector bound, TVector value);

    /// <summary>
    /// Multiplies a panel of <see cref="PanelRows"/> rows by a panel of 2 · <see cref="Lanes"/> columns. Products are added in the order of
    /// the depth, one after another, whatever the other rows hold.
    /// </summary>
    /// <param name="rows">Blocks of <c>[PanelRows, Lanes]</c>, one per <see cref="Lanes"/> steps of depth.</param>
    /// <param name="columns"><c>[depth, 2 · Lanes]</c>, aligned to a register.</param>
    /// <param name="product">First of <see cref="PanelRows"/> rows, aligned to a register.</param>
    /// <param name="productStride">Numbers from one row of the product to the next.</param>
    /// <param name="depth">Steps to sum over, 1 or more.</param>
    /// <param name="accumulate">Whether to add to what the product holds; else it is overwritten.</param>
    static abstract void MultiplyPanel(float* rows, float* columns, float* product, nint productStride, int depth, bool accumulate);
}
