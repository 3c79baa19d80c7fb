using System.Globalization;

namespace CellVitCluster.Slides.Opening;

/// <summary>An opaque color.</summary>
/// <param name="R">Red, 0 … 255.</param>
/// <param name="G">Green, 0 … 255.</param>
/// <param name="B">Blue, 0 … 255.</param>
internal readonly record struct RgbColor(byte R, byte G, byte B)
{
    /// <summary>Empty glass.</summary>
    public static RgbColor White { get; } = new(255, 255, 255);

    /// <summary>Color from six hexadecimal digits (<c>RRGGBB</c>); white when the text is absent or something else.</summary>
    public static RgbColor ParseOrWhite(string? hexadecimal) =>
        hexadecimal is { Length: 6 } && int.TryParse(hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value)
            ? new RgbColor((byte)(value >> 16), (byte)(value >> 8), (byte)value)
            : White;
}
