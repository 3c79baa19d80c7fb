using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Units;
using MessagePack;

namespace CellVitCluster.Cluster.Runs;

/// <summary>Allow-listed slide properties as they travel; see <see cref="SlideMetadata"/>.</summary>
[MessagePackObject]
public sealed record SlideMessage(
    [property: Key(0)] string Vendor,
    [property: Key(1)] int Width,
    [property: Key(2)] int Height,
    [property: Key(3)] IReadOnlyList<LevelMessage> Levels,
    [property: Key(4)] double[] ActiveArea,
    [property: Key(5)] double? Mpp,
    [property: Key(6)] string? MppOrigin,
    [property: Key(7)] double? Magnification,
    [property: Key(8)] double TissueSquareMillimeters)
{
    /// <summary>From the survey of a slide.</summary>
    public static SlideMessage From(SlideSurvey survey)
    {
        ArgumentNullException.ThrowIfNull(survey);
        SlideMetadata slide = survey.Metadata;
        return new SlideMessage(
            slide.Vendor,
            slide.Width,
            slide.Height,
            [.. slide.Levels.Select(level => new LevelMessage(level.Width, level.Height, level.Downsample))],
            [slide.ActiveArea.X, slide.ActiveArea.Y, slide.ActiveArea.Width, slide.ActiveArea.Height],
            slide.Mpp?.MicronsPerPixel,
            slide.MppOrigin,
            slide.Magnification,
            survey.TissueSquareMillimeters);
    }

    /// <summary>In domain terms.</summary>
    public SlideMetadata ToMetadata() => new()
    {
        Vendor = Vendor,
        Width = Width,
        Height = Height,
        Levels = [.. Levels.Select(level => new SlideLevel(level.Width, level.Height, level.Downsample))],
        ActiveArea = new SlideRect(ActiveArea[0], ActiveArea[1], ActiveArea[2], ActiveArea[3]),
        Mpp = Mpp is double mpp ? new Mpp(mpp) : null,
        MppOrigin = MppOrigin,
        Magnification = Magnification,
    };
}

/// <summary>A pyramid level as it travels.</summary>
[MessagePackObject]
public sealed record LevelMessage([property: Key(0)] int Width, [property: Key(1)] int Height, [property: Key(2)] double Downsample);
