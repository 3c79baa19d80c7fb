using System.Globalization;
using System.Text.RegularExpressions;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Units;

namespace CellVitCluster.Slides.Calibration;

/// <summary>
/// Finds the pixel size of level 0. Order: the user, <c>openslide.mpp-x</c>, the scanner's comment, the TIFF resolution. The first three
/// are those of spec/inference.md §4.1; the last one reads what generic TIFF files state and OpenSlide 3 does not pass on.
/// </summary>
internal static partial class PixelSizeResolver
{
    /// <summary>Coarsest pixel size (µm) that the networks can work with.</summary>
    public const double Coarsest = 0.75;

    /// <summary>Finest pixel size (µm) that a light microscope's scanner produces; less is a mistaken unit.</summary>
    public const double Finest = 0.05;

    /// <summary>TIFF resolutions coarser than this (µm) are a screen's or printer's, not a microscope's.</summary>
    private const double CoarsestMicroscope = 10;

    private const double MicronsPerCentimeter = 10_000;
    private const double MicronsPerInch = 25_400;

    /// <summary>Finds the pixel size, or returns null when nobody states one.</summary>
    /// <param name="stated">What the user says.</param>
    /// <param name="property">Value of a named property of the file, or null.</param>
    public static PixelSize? Resolve(Mpp? stated, Func<string, string?> property)
    {
        if (stated is not null)
        {
            return new PixelSize(stated.Value, "stated by the user");
        }

        if (Positive(property("openslide.mpp-x")) is { } horizontal)
        {
            return new PixelSize(new Mpp(horizontal), "openslide.mpp-x");
        }

        Match comment = CommentedMpp().Match(property("openslide.comment") ?? string.Empty);
        if (comment.Success && Positive(comment.Groups["mpp"].Value) is { } commented)
        {
            return new PixelSize(new Mpp(commented), "openslide.comment");
        }

        return Positive(property("tiff.XResolution")) is { } resolution
            ? FromTiffResolution(resolution, property("tiff.ResolutionUnit"))
            : null;
    }

    /// <summary>Pixel size from TIFF tags; null when the unit is unknown or the value is none of a microscope.</summary>
    /// <param name="pixelsPerUnit">Pixels per unit, the tag XResolution.</param>
    /// <param name="unit"><c>centimeter</c> or <c>inch</c>; a missing unit means inch, the default of TIFF 6.0.</param>
    public static PixelSize? FromTiffResolution(double pixelsPerUnit, string? unit)
    {
        double microns = unit switch
        {
            "centimeter" => MicronsPerCentimeter / pixelsPerUnit,
            "inch" or null => MicronsPerInch / pixelsPerUnit,
            _ => double.NaN,
        };
        return microns is >= Finest and <= CoarsestMicroscope ? new PixelSize(new Mpp(microns), "TIFF resolution") : null;
    }

    /// <summary>The pixel size of a slide that is to be cut into tiles.</summary>
    /// <exception cref="CalibrationException">
    /// It is unknown (<see cref="ErrorCode.PixelSizeMissing"/>) or unusable (<see cref="ErrorCode.PixelSizeOutOfRange"/>).
    /// </exception>
    public static Mpp Require(SlideMetadata metadata)
    {
        string what = string.Create(
            CultureInfo.InvariantCulture, $"Cannot plan tiles for the {metadata.Vendor} slide of {metadata.Width} × {metadata.Height} px.");
        if (metadata.Mpp is not { } mpp)
        {
            throw new CalibrationException(
                ErrorCode.PixelSizeMissing,
                what,
                "The file states no pixel size (openslide.mpp-x, comment and TIFF resolution are missing or implausible).",
                "Pass --mpp 0.25 (µm per pixel at full resolution) or add an 'mpp' column to the slide list.");
        }

        return mpp.MicronsPerPixel is >= Finest and <= Coarsest
            ? mpp
            : throw new CalibrationException(
                ErrorCode.PixelSizeOutOfRange,
                what,
                string.Create(CultureInfo.InvariantCulture, $"Its pixel size is {mpp} ({metadata.MppOrigin}); expected {Finest} to {Coarsest} µm/px."),
                mpp.MicronsPerPixel > Coarsest
                    ? "Scan it at 20x or more; if the stated value is wrong, pass the true one with --mpp or in the slide list."
                    : "Check the unit (µm per pixel) and pass the true value with --mpp or in the slide list.");
    }

    private static double? Positive(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value)
            ? value
            : null;

    [GeneratedRegex(@"MPP( =)? (?<mpp>\d+\.\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CommentedMpp();
}
