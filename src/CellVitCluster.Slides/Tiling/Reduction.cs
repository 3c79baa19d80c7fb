using CellVitCluster.Domain.Units;

namespace CellVitCluster.Slides.Tiling;

/// <summary>
/// How a slide's pixels become those the network sees: a whole-number reduction, then resampling by a ratio of sixteenths, so that tiles
/// begin on whole source pixels. The ratio stays an integer throughout; see spec/inference.md §4.2 and §4.3.
/// </summary>
/// <param name="Downsample">Level-0 px per source px.</param>
/// <param name="Sixteenths">Source px per px of the network, in sixteenths.</param>
internal readonly record struct Reduction(int Downsample, int Sixteenths)
{
    private const int Whole = 16;
    private const double NativeFinest = 0.20;
    private const double NativeCoarsest = 0.30;

    /// <summary>Reduction for a slide.</summary>
    /// <param name="mpp">Pixel size of level 0, 0.05 … 0.75 µm.</param>
    public static Reduction For(Mpp mpp)
    {
        double source = mpp.MicronsPerPixel;
        double target = Mpp.NetworkDefault.MicronsPerPixel;
        if (IsNative(source))
        {
            return new Reduction(1, Whole);
        }

        int downsample = target >= source ? DownsampleFor(target / source) : 1;
        double reduced = source * downsample;
        if (IsNative(reduced))
        {
            return new Reduction(downsample, Whole);
        }

        int sixteenths = NearestSixteenths(reduced, target);
        int ratio = downsample * sixteenths;

        // The target is now a multiple of the source; asking again which part of it is a plain reduction can give another answer.
        int settled = ratio >= Whole ? DownsampleFor(ratio / (double)Whole) : 1;
        if (settled == downsample)
        {
            return new Reduction(downsample, sixteenths);
        }

        return new Reduction(settled, Whole);
    }

    private static bool IsNative(double mpp) => mpp is >= NativeFinest and <= NativeCoarsest;

    /// <summary>Nearest whole factor for ratios close to a power of two, else the factor rounded down.</summary>
    private static int DownsampleFor(double ratio)
    {
        double exponent = Math.Log2(ratio);
        double nearest = Math.Round(exponent);
        return Math.Abs(exponent - nearest) <= 1e-8 + (0.1 * Math.Abs(nearest))
            ? (int)Math.Round(ratio)
            : (int)Math.Floor(ratio + 1e-9);
    }

    private static int NearestSixteenths(double mpp, double target)
    {
        double exact = Whole * target / mpp;
        int below = (int)Math.Floor(exact + 1e-9);
        int above = (int)Math.Ceiling(exact - 1e-9);
        double belowError = Math.Abs((below * mpp / Whole) - target);
        double aboveError = Math.Abs((above * mpp / Whole) - target);
        return belowError < aboveError ? below : above;
    }
}
