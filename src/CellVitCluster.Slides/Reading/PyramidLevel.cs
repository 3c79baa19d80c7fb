using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Slides;

namespace CellVitCluster.Slides.Reading;

/// <summary>Chooses the pyramid level to read for a wanted reduction.</summary>
internal static class PyramidLevel
{
    /// <summary>
    /// Scanners round level sizes, so that a "4×" level has a downsample of 4.0002; without tolerance such a level is passed over and
    /// sixteen times the pixels are decoded.
    /// </summary>
    private const double Tolerance = 1.01;

    /// <summary>Index of the level with the largest downsample that does not exceed the wanted one.</summary>
    public static int Best(IReadOnlyList<SlideLevel> levels, double downsample, CompatibilityMode mode)
    {
        double limit = mode == CompatibilityMode.Reference ? downsample : downsample * Tolerance;
        int best = 0;
        for (int level = 1; level < levels.Count && levels[level].Downsample <= limit; level++)
        {
            best = level;
        }

        return best;
    }
}
