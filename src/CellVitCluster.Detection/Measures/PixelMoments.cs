namespace CellVitCluster.Detection.Measures;

/// <summary>Number of pixels of a nucleus and the sums of their column and row indices and products: exact, so the order of adding is free.</summary>
internal struct PixelMoments
{
    /// <summary>Pixels.</summary>
    public int Area;

    /// <summary>Sum of column indices x.</summary>
    public long SumX;

    /// <summary>Sum of row indices y.</summary>
    public long SumY;

    /// <summary>Sum of x².</summary>
    public long SumXX;

    /// <summary>Sum of x·y.</summary>
    public long SumXY;

    /// <summary>Sum of y².</summary>
    public long SumYY;

    /// <summary>Mean column, pixel centers at +0.5.</summary>
    public readonly double CenterX => (SumX / (double)Area) + 0.5;

    /// <summary>Mean row, pixel centers at +0.5.</summary>
    public readonly double CenterY => (SumY / (double)Area) + 0.5;

    /// <summary>
    /// Direction of the axis along which the pixels spread farthest, in degrees, 0 … 180 exclusive, from the x axis towards the y axis, which
    /// points down; 0 when they spread alike in all directions. Single precision, so that the last bits of a platform's arc tangent do not
    /// show.
    /// </summary>
    public readonly float OrientationDegrees
    {
        get
        {
            // Central moments times area², in whole numbers: the place of the nucleus cancels without a rest.
            Int128 alongX = ((Int128)Area * SumXX) - ((Int128)SumX * SumX);
            Int128 alongY = ((Int128)Area * SumYY) - ((Int128)SumY * SumY);
            Int128 mixed = ((Int128)Area * SumXY) - ((Int128)SumX * SumY);
            float degrees = (float)(Math.Atan2(2 * (double)mixed, (double)(alongX - alongY)) * (90 / Math.PI));
            degrees = degrees < 0 ? degrees + 180 : degrees;

            // A tiny negative angle rounds up to 180, which is 0.
            return degrees < 180 ? degrees : 0;
        }
    }

    /// <summary>Adds a horizontal run of pixels.</summary>
    /// <param name="row">Its row.</param>
    /// <param name="start">First column.</param>
    /// <param name="end">First column behind it.</param>
    public void AddRun(int row, int start, int end)
    {
        int length = end - start;
        long sum = (start + end - 1L) * length / 2;
        Area += length;
        SumX += sum;
        SumY += (long)row * length;
        SumXX += SumOfSquaresBelow(end) - SumOfSquaresBelow(start);
        SumXY += row * sum;
        SumYY += (long)row * row * length;
    }

    /// <summary>Adds the pixels of another part.</summary>
    public void Add(in PixelMoments other)
    {
        Area += other.Area;
        SumX += other.SumX;
        SumY += other.SumY;
        SumXX += other.SumXX;
        SumXY += other.SumXY;
        SumYY += other.SumYY;
    }

    private static long SumOfSquaresBelow(long n) => (n - 1) * n * ((2 * n) - 1) / 6;
}
