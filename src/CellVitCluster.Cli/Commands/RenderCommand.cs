using System.CommandLine;
using System.Text.Json;
using CellVitCluster.Cli.Output;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Domain.Units;
using CellVitCluster.Slides.Opening;
using CellVitCluster.Slides.Rendering;
using CellVitCluster.Store.Cells;
using CellVitCluster.Store.Export;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit render</c>: a picture of cells over their slide, to look at.</summary>
internal static class RenderCommand
{
    /// <summary>Longest side of the picture when no scale is given.</summary>
    private const double DefaultSide = 2000;

    public static Command Create()
    {
        var store = new Argument<DirectoryInfo>("STORE") { Description = "Cell store (folder with manifest.json)." };
        var output = new Argument<FileInfo>("OUT.png") { Description = "Picture to write." };
        var region = CommonOptions.Region();
        var layer = CommonOptions.Layer();
        var scale = new Option<double?>("--scale") { Description = "Picture pixels per level-0 pixel. Default: 1, or less so that the picture stays below 2000 px.", HelpName = "S" };
        var slide = new Option<FileInfo?>("--slide") { Description = "Slide file, if it is no longer where it was analyzed.", HelpName = "FILE" };
        var command = new Command(
            "render",
            "Draws the outlines of the cells over the slide.\n\nExamples:\n  cellvit render out/slide overview.png\n"
            + "  cellvit render out/slide --region 1000,2000,512,512 detail.png")
        {
            store, output, region, layer, scale, slide,
        };
        command.SetAction(parsed => Render(
            parsed.GetRequiredValue(store).FullName,
            parsed.GetRequiredValue(output).FullName,
            parsed.GetValue(region) is string text ? RegionArgument.Parse(text) : null,
            parsed.GetValue(layer),
            parsed.GetValue(scale),
            parsed.GetValue(slide)?.FullName));
        return command;
    }

    private static int Render(string storePath, string outputPath, SlideRect? region, string? layer, double? scale, string? slidePath)
    {
        using CellStore store = CellStore.Open(storePath);
        using ISlide slide = SlideOpener.Open(SourceOf(store, slidePath));
        SlideRect area = region ?? slide.Metadata.ActiveArea;
        RgbPicture picture = RegionReader.Read(slide, area, scale ?? Math.Min(1, DefaultSide / Math.Max(area.Width, area.Height)));

        // Cells are found by their centroid; those just outside may still reach into the picture.
        const double reach = 200;
        var around = new SlideRect(area.X - reach, area.Y - reach, area.Width + (2 * reach), area.Height + (2 * reach));
        var selection = new CellSelection { Region = around, Layer = store.LayerFor(layer) };
        Taxonomy taxonomy = selection.TaxonomyOf(store);
        IEnumerable<CellOutline> outlines = selection.From(store)
            .Where(cell => cell.Outline.Bounds.Intersects(area))
            .Select(cell => new CellOutline(cell.Outline, taxonomy[cell.Class]));
        File.WriteAllBytes(outputPath, OverlayRenderer.ToPng(picture, area, outlines));
        Terminal.Results.WriteLine(FormattableString.Invariant($"{outputPath}: {picture.Width} x {picture.Height} px"));
        return ExitCodes.Done;
    }

    private static SlideSource SourceOf(CellStore store, string? stated)
    {
        string? path = stated
            ?? (store.Manifest.Parameters.TryGetProperty("slide_path", out JsonElement recorded) ? recorded.GetString() : null);
        return path is not null && File.Exists(path)
            ? new SlideSource(path, new Mpp(store.Manifest.Slide.MicronsPerPixel))
            : throw new SlideUnreadableException(
                ErrorCode.SlideMissing,
                $"The slide of '{store.Directory}' cannot be drawn.",
                $"It was analyzed from '{path}', which does not exist now.",
                "Name the slide file with --slide.");
    }
}
