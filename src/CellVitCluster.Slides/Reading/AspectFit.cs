namespace CellVitCluster.Slides.Reading;

/// <summary>Size of a thumbnail that keeps the aspect ratio inside a given box, as Pillow chooses it. Source: spec/inference.md §7.2.</summary>
internal static class AspectFit
{
    /// <summary>Largest size with the picture's aspect ratio in the box; the picture's own size when that is not larger than the box.</summary>
    public static (int Width, int Height) Shrink(int width, int height, int boxWidth, int boxHeight)
    {
        if (boxWidth >= width && boxHeight >= height)
        {
            return (width, height);
        }

        double aspect = width / (double)height;
        return boxWidth / (double)boxHeight >= aspect
            ? (Nearest(boxHeight * aspect, candidate => Math.Abs(aspect - (candidate / boxHeight))), boxHeight)
            : (boxWidth, Nearest(boxWidth / aspect, candidate => candidate == 0 ? 0 : Math.Abs(aspect - (boxWidth / candidate))));
    }

    private static int Nearest(double extent, Func<double, double> error)
    {
        double below = Math.Floor(extent), above = Math.Ceiling(extent);
        return (int)Math.Max(error(above) < error(below) ? above : below, 1);
    }
}
