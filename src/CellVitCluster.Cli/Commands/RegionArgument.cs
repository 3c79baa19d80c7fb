using System.Globalization;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Cli.Commands;

/// <summary>Reads <c>x,y,w,h</c>.</summary>
internal static class RegionArgument
{
    /// <exception cref="ConfigurationException">Not four numbers, or an empty rectangle.</exception>
    public static SlideRect Parse(string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        double[] values = [.. parts.Select(p => double.TryParse(p, NumberStyles.Float, CultureInfo.InvariantCulture, out double v) ? v : double.NaN)];
        return values.Length == 4 && values.All(double.IsFinite) && values[2] > 0 && values[3] > 0
            ? new SlideRect(values[0], values[1], values[2], values[3])
            : throw new ConfigurationException(
                "The region cannot be understood.",
                $"Found '{text}', expected four numbers x,y,w,h in level-0 pixels with positive width and height.",
                "Write for example --region 1000,2000,512,512.");
    }
}
