using CellVitCluster.Slides.Synthetic;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Slides.Synthetic;

public sealed class DemoSlideTests
{
    [Fact]
    public async Task The_demo_slide_is_written_once_and_shows_every_kind_of_nucleus()
    {
        using var folder = new TemporaryFolder();
        string path = await DemoSlide.EnsureAsync(folder.File("new"));
        string truth = await File.ReadAllTextAsync(Path.Combine(folder.File("new"), DemoSlide.TruthFileName));
        await File.WriteAllTextAsync(path, "kept");

        (await DemoSlide.EnsureAsync(folder.File("new"))).ShouldBe(path);

        (await File.ReadAllTextAsync(path)).ShouldBe("kept");
        foreach (string kind in new[] { "Neoplastic", "Inflammatory", "Connective", "Epithelial" })
        {
            truth.Split($"\"{kind}\"").Length.ShouldBeGreaterThan(50, kind);
        }

        Directory.GetFiles(folder.File("new")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .ShouldBe([DemoSlide.TruthFileName, DemoSlide.FileName]);
    }
}
