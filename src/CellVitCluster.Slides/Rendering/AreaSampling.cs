namespace CellVitCluster.Slides.Rendering;

/// <summary>
/// Which source px make up each result px along one axis. When reducing, all px under the result px count by the share they cover; when
/// enlarging, the two nearest centers are interpolated.
/// </summary>
/// <param name="Origin">Source position (px, corner based) of the result's first side.</param>
/// <param name="Step">Source px per result px.</param>
internal readonly record struct AreaSampling(double Origin, double Step)
{
    // Interpolation is area sampling with a window of one source px.
    private double Extent => Math.Max(Step, 1);

    /// <summary>Number of result px whose source fits into a buffer of the given length; at least 1.</summary>
    public int SamplesPer(int sourceLength) => Math.Max(1, (int)((sourceLength - Extent - 1) / Step));

    /// <summary>Source px of one result px.</summary>
    public SamplingWindow WindowOf(int sample)
    {
        double center = Origin + ((sample + 0.5) * Step);
        return new SamplingWindow(center - (Extent / 2), center + (Extent / 2));
    }

    /// <summary>First source px and number of source px that a run of result px needs.</summary>
    public (long First, int Length) SourceOf(int sample, int count)
    {
        long first = WindowOf(sample).First, last = WindowOf(sample + count - 1).Last;
        return (first, checked((int)(last - first + 1)));
    }
}

/// <summary>An interval of source positions that is averaged.</summary>
/// <param name="From">Where it begins, corner based.</param>
/// <param name="To">Where it ends.</param>
internal readonly record struct SamplingWindow(double From, double To)
{
    // Slivers by rounding of the positions would read a px for nothing.
    private const double Sliver = 1e-6;

    /// <summary>First px that counts.</summary>
    public long First => (long)Math.Floor(From + Sliver);

    /// <summary>Last px that counts.</summary>
    public long Last => Math.Max(First, (long)Math.Ceiling(To - Sliver) - 1);

    /// <summary>Share of a px in the mean; the shares of all px from first to last sum up to 1.</summary>
    public float WeightOf(long pixel) => (float)((Math.Min(To, pixel + 1.0) - Math.Max(From, pixel)) / (To - From));
}
