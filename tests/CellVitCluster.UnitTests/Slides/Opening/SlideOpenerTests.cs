using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Slides.Opening;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Slides.Opening;

public sealed class SlideOpenerTests
{
    [Fact]
    public void A_missing_file_is_named() =>
        Refusal("/nowhere/A17.svs", ErrorCode.SlideMissing).What.ShouldContain("/nowhere/A17.svs");

    [Fact]
    public void A_text_file_named_like_a_slide_is_no_slide()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("notes.svs");
        File.WriteAllText(path, "patient list, to be scanned next week");

        Refusal(path, ErrorCode.SlideFormatUnknown);
    }

    [Fact]
    public void A_folder_is_no_slide()
    {
        using var folder = new TemporaryFolder();

        Refusal(folder.Path, ErrorCode.SlideFormatUnknown).Why.ShouldContain("folder");
    }

    [Fact]
    public void An_empty_file_is_damaged()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("empty.svs");
        File.WriteAllBytes(path, []);

        Refusal(path, ErrorCode.SlideDamaged).Why.ShouldContain("0 bytes");
    }

    [Theory]
    [InlineData(12)]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    public void A_truncated_slide_is_damaged(int length)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("truncated.svs");
        File.WriteAllBytes(path, File.ReadAllBytes(RealSlides.Cmu)[..length]);

        Refusal(path, ErrorCode.SlideDamaged);
    }

    [Fact]
    public void Directories_in_a_circle_are_damage_and_do_not_hang()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("circle.tif");
        File.WriteAllBytes(path, [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0]);

        Refusal(path, ErrorCode.SlideDamaged).Why.ShouldContain("loop");
    }

    private static SlideUnreadableException Refusal(string path, ErrorCode code)
    {
        SlideUnreadableException error = Should.Throw<SlideUnreadableException>(() => SlideOpener.Open(new SlideSource(path)).Dispose());
        error.Code.ShouldBe(code);
        return error;
    }
}
