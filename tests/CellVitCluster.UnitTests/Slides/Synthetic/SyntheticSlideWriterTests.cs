using System.Text.Json;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Slides.Opening;
using CellVitCluster.Slides.Synthetic;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Slides.Synthetic;

public sealed class SyntheticSlideWriterTests
{
    private static readonly SyntheticSlideOptions Options = new() { Width = 1700, Height = 1300, Seed = 7 };

    [Fact]
    public async Task The_same_options_give_the_same_bytes_and_another_seed_gives_others()
    {
        using var folder = new TemporaryFolder();
        long first = await SyntheticSlideWriter.WriteAsync(Options, folder.File("a.tiff"), folder.File("a.geojson"));
        long second = await SyntheticSlideWriter.WriteAsync(Options, folder.File("b.tiff"), folder.File("b.geojson"));
        await SyntheticSlideWriter.WriteAsync(Options with { Seed = 8 }, folder.File("c.tiff"), folder.File("c.geojson"));

        second.ShouldBe(first);
        SameContent(folder, "a.tiff", "b.tiff").ShouldBeTrue();
        SameContent(folder, "a.geojson", "b.geojson").ShouldBeTrue();
        SameContent(folder, "a.tiff", "c.tiff").ShouldBeFalse();
        SameContent(folder, "a.geojson", "c.geojson").ShouldBeFalse();
    }

    [Fact]
    public async Task Ground_truth_is_GeoJSON_of_closed_detections_with_unique_ids()
    {
        using var folder = new TemporaryFolder();
        long count = await SyntheticSlideWriter.WriteAsync(Options, folder.File("a.tiff"), folder.File("a.geojson"));

        using JsonDocument document = JsonDocument.Parse(await File.ReadAllBytesAsync(folder.File("a.geojson")));
        List<JsonElement> features = [.. document.RootElement.GetProperty("features").EnumerateArray()];
        document.RootElement.GetProperty("type").GetString().ShouldBe("FeatureCollection");
        features.Count.ShouldBe((int)count);
        features.Select(f => f.GetProperty("id").GetGuid()).Distinct().Count().ShouldBe(features.Count);
        foreach (JsonElement feature in features)
        {
            JsonElement properties = feature.GetProperty("properties");
            properties.GetProperty("objectType").GetString().ShouldBe("detection");
            properties.GetProperty("classification").GetProperty("color").GetArrayLength().ShouldBe(3);
            JsonElement ring = feature.GetProperty("geometry").GetProperty("coordinates")[0];
            ring[0].GetRawText().ShouldBe(ring[ring.GetArrayLength() - 1].GetRawText());
        }
    }

    [Fact]
    public async Task True_nuclei_are_dark_and_blue_where_the_file_says_they_are()
    {
        using var folder = new TemporaryFolder();
        await SyntheticSlideWriter.WriteAsync(Options, folder.File("a.tiff"), folder.File("a.geojson"));
        using ISlide slide = PictureSlide.Open(new SlideSource(folder.File("a.tiff")));
        var rgb = new byte[3 * Options.Width * Options.Height];
        slide.Read(0, 0, 0, Options.Width, Options.Height, rgb);

        // Mean red inside each true outline against the mean of the picture, which is pink and white.
        double mean = Enumerable.Range(0, rgb.Length / 3).Average(i => rgb[3 * i]);
        List<SlidePolygon> outlines = [.. ReadOutlines(folder.File("a.geojson"))];
        int dark = outlines.Count(outline => MeanRed(rgb, outline) < mean - 30);

        slide.Metadata.Mpp!.Value.MicronsPerPixel.ShouldBe(0.25, 1e-9);
        mean.ShouldBeInRange(190, 245);
        outlines.Count.ShouldBeGreaterThan(100);
        dark.ShouldBeGreaterThan((int)(0.99 * outlines.Count));
    }

    [Fact]
    public async Task A_cancelled_run_leaves_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var progress = new CallbackProgress(_ => stop.Cancel());

        await Should.ThrowAsync<OperationCanceledException>(
            SyntheticSlideWriter.WriteAsync(Options, folder.File("a.tiff"), folder.File("a.geojson"), progress, stop.Token));

        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Progress_rises_to_one()
    {
        using var folder = new TemporaryFolder();
        List<double> reports = [];

        await SyntheticSlideWriter.WriteAsync(Options, folder.File("a.tiff"), progress: new CallbackProgress(reports.Add));

        reports.ShouldBe([0.25, 0.5, 0.75, 1.0], 1e-12);
    }

    [Fact]
    public async Task A_destination_that_is_no_folder_is_refused_with_a_reason()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("file"), "");

        var error = await Should.ThrowAsync<StoreException>(SyntheticSlideWriter.WriteAsync(Options, folder.File("file", "a.tiff")));

        error.Code.ShouldBe(ErrorCode.OutputNotWritable);
    }

    private static bool SameContent(TemporaryFolder folder, string first, string second) =>
        File.ReadAllBytes(folder.File(first)).AsSpan().SequenceEqual(File.ReadAllBytes(folder.File(second)));

    private static IEnumerable<SlidePolygon> ReadOutlines(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (JsonElement feature in document.RootElement.GetProperty("features").EnumerateArray())
        {
            JsonElement ring = feature.GetProperty("geometry").GetProperty("coordinates")[0];
            yield return new SlidePolygon([.. ring.EnumerateArray().SkipLast(1).SelectMany(p => new[] { p[0].GetDouble(), p[1].GetDouble() })]);
        }
    }

    private static double MeanRed(byte[] rgb, SlidePolygon outline)
    {
        SlideRect bounds = outline.Bounds;
        double sum = 0;
        int count = 0;
        for (int y = (int)bounds.Y; y < bounds.Bottom; y++)
        {
            for (int x = (int)bounds.X; x < bounds.Right; x++)
            {
                if (outline.Contains(new SlidePoint(x + 0.5, y + 0.5)))
                {
                    sum += rgb[3 * ((y * Options.Width) + x)];
                    count++;
                }
            }
        }

        return sum / count;
    }

    private sealed class CallbackProgress(Action<double> callback) : IProgress<double>
    {
        public void Report(double value) => callback(value);
    }
}
