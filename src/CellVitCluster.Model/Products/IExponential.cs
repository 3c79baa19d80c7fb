namespace CellVitCluster.Model.Products;

/// <summary>What a soft-max needs beyond sums and products, in one register width. Implemented by empty structs, so that calls are inlined.</summary>
/// <typeparam name="TVector">A register of single-precision numbers.</typeparam>
internal interface IExponential<TVector>
    where TVector : struct
{
    /// <summary>
    /// e to a power of 0 or less, to about 1e-7 of the result; powers below −87 give about 1e-38, which vanishes in a sum that holds a 1.
    /// </summary>
    static abstract TVector Exp(TVector power);

    /// <summary>Sum of all lanes, always in one order.</summary>
    static abstract float Sum(TVector value);

    /// <summary>Largest of all lanes.</summary>
    static abstract float Largest(TVector value);
}
