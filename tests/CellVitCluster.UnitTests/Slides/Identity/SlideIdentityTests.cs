using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Slides.Identity;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Slides.Identity;

public sealed class SlideIdentityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_identity_does_not_depend_on_the_name()
    {
        File.Copy(RealSlides.Cmu, _folder.File("other name.svs"));

        SlideId id = SlideIdentity.Compute(RealSlides.Cmu);

        SlideIdentity.Compute(_folder.File("other name.svs")).ShouldBe(id);
        id.Value.ShouldMatch("^[0-9a-f]{32}$");
        SlideIdentity.Compute(RealSlides.Tnbc).ShouldNotBe(id);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200_000_000 - 1)]
    [InlineData(200_000_000 / 65 * 30)]
    public void Head_tail_and_samples_of_a_large_file_count(long position)
    {
        string path = _folder.File("large.svs");
        SlideId before = WriteSparse(path, 200_000_000, null);

        WriteSparse(path, 200_000_000, position).ShouldNotBe(before);
    }

    [Fact]
    public void The_length_counts() =>
        WriteSparse(_folder.File("a.svs"), 200_000_000, null).ShouldNotBe(WriteSparse(_folder.File("b.svs"), 200_000_001, null));

    [Fact]
    public void The_data_folder_of_a_mirax_slide_counts()
    {
        string path = _folder.File("case.mrxs");
        File.WriteAllText(path, "label picture");
        Directory.CreateDirectory(_folder.File("case"));
        File.WriteAllText(_folder.File("case", "Slidedat.ini"), "SLIDE_ID = 1");
        SlideId first = SlideIdentity.Compute(path);
        File.WriteAllText(_folder.File("case", "Slidedat.ini"), "SLIDE_ID = 2");

        SlideIdentity.Compute(path).ShouldNotBe(first);
    }

    [Fact]
    public void A_missing_file_is_reported() =>
        Should.Throw<SlideUnreadableException>(() => SlideIdentity.Compute("/nowhere/a.svs")).Code.ShouldBe(ErrorCode.SlideMissing);

    private static SlideId WriteSparse(string path, long length, long? one)
    {
        using (FileStream file = File.Create(path))
        {
            file.SetLength(length);
            if (one is not null)
            {
                file.Position = one.Value;
                file.WriteByte(1);
            }
        }

        return SlideIdentity.Compute(path);
    }
}
