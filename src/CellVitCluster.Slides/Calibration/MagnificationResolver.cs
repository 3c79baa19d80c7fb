using System.Globalization;
using CellVitCluster.Domain.Units;

namespace CellVitCluster.Slides.Calibration;

/// <summary>Finds the objective power; it is reported only and decides nothing. Order of spec/inference.md §4.1.</summary>
internal static class MagnificationResolver
{
    /// <summary>The user's value, else the file's, else what the pixel size suggests, else null.</summary>
    public static double? Resolve(double? stated, string? objectivePower, Mpp? mpp)
    {
        if (stated is not null)
        {
            return stated;
        }

        if (double.TryParse(objectivePower, NumberStyles.Float, CultureInfo.InvariantCulture, out double power) && power > 0)
        {
            return power;
        }

        return mpp?.MicronsPerPixel switch
        {
            >= 0.20 and <= 0.30 => 40,
            >= 0.40 and <= 0.60 => 20,
            _ => null,
        };
    }
}
