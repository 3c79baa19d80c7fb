using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Units;
using CellVitCluster.Slides.Lists;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Slides.Lists;

public sealed class SlideFinderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sub/a.svs", "a")]
    [InlineData("a.b.PNG", "a.b")]
    [InlineData("case.7", "case.7")]
    [InlineData("demo", "demo")]
    public void Names_lose_the_endings_of_slides_only(string slide, string stem) => SlideFiles.StemOf(slide).ShouldBe(stem);

    [Fact]
    public void A_folder_yields_its_slides_recursively_in_ordinal_order()
    {
        Touch("b.svs", "a.TIFF", "sub/c.ndpi", "notes.txt", ".hidden.svs", "B.png");

        Names(SlideFinder.Find([_folder.Path], null, null)).ShouldBe(["B.png", "a.TIFF", "b.svs", "sub/c.ndpi"]);
    }

    [Fact]
    public void A_dicom_slide_counts_once_as_its_largest_file()
    {
        Touch("case1/small.dcm", "case2/x.dcm");
        File.WriteAllBytes(_folder.File("case1", "large.dcm"), new byte[500]);

        Names(SlideFinder.Find([_folder.Path], null, null)).ShouldBe(["case1/large.dcm", "case2/x.dcm"]);
    }

    [Fact]
    public void Pictures_that_belong_to_a_hamamatsu_slide_are_no_slides()
    {
        Touch("h/slide.vms", "h/slide_map.jpg", "other/photo.jpg");

        Names(SlideFinder.Find([_folder.Path], null, null)).ShouldBe(["h/slide.vms", "other/photo.jpg"]);
    }

    [Fact]
    public void A_folder_without_slides_is_an_error()
    {
        Touch("notes.txt");

        Should.Throw<CellVitException>(() => SlideFinder.Find([_folder.Path], null, null)).Code.ShouldBe(ErrorCode.NoSlidesFound);
        Should.Throw<CellVitException>(() => SlideFinder.Find([], null, null)).Code.ShouldBe(ErrorCode.NoSlidesFound);
    }

    [Fact]
    public void Missing_files_stay_so_that_the_run_can_report_them()
    {
        string list = List("path\ngone.svs\n");

        SlideFinder.Find([list, "/nowhere/x.svs"], null, null).Select(slide => slide.Path).ShouldBe([_folder.File("gone.svs"), "/nowhere/x.svs"]);
    }

    [Fact]
    public void The_same_slide_named_twice_counts_once()
    {
        Touch("a.svs");

        SlideFinder.Find([_folder.File("a.svs"), _folder.Path, List("path\na.svs\n")], null, null).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("path,wsi_mpp,wsi_magnification")]
    [InlineData("WSI, slide_mpp ,magnification")]
    [InlineData("slide,mpp,magnification")]
    [InlineData("filename,mpp,wsi_magnification")]
    [InlineData("wsi_path,mpp,wsi_magnification")]
    [InlineData("\uFEFFpath,mpp,magnification")]
    public void Column_names_of_other_programs_are_understood(string header)
    {
        IReadOnlyList<SlideSource> slides = SlideFinder.Find([List($"{header}\nsub/a.svs,0.25,40\n\"b, c.svs\",,\n")], null, null);

        slides.ShouldBe(
        [
            new SlideSource(_folder.File("sub", "a.svs"), new Mpp(0.25), 40),
            new SlideSource(_folder.File("b, c.svs")),
        ]);
    }

    [Fact]
    public void The_option_wins_for_the_pixel_size_and_the_list_for_the_magnification()
    {
        string list = List("path,mpp,magnification,patient_id\na.svs,0.25,40,p1\nb.svs,,,p2\n\n");

        SlideFinder.Find([list], new Mpp(0.5), 20).Select(slide => (slide.Mpp, slide.Magnification))
            .ShouldBe([(new Mpp(0.5), 40.0), (new Mpp(0.5), 20.0)]);
    }

    [Theory]
    [InlineData("name,mpp\na.svs,0.25\n", "'name', 'mpp'")]
    [InlineData("path,mpp\na.svs,0.25\nb.svs,fine\n", "Line 3")]
    [InlineData("path,mpp\na.svs,-1\n", "Line 2")]
    [InlineData("path;mpp\na.svs;0,25\n", "0,25")]
    [InlineData("path,mpp\n,0.25\n", "Line 2")]
    public void A_list_that_cannot_be_understood_is_refused_with_the_place(string text, string place)
    {
        CellVitException error = Should.Throw<CellVitException>(() => SlideFinder.Find([List(text)], null, null));

        error.Code.ShouldBe(ErrorCode.SlideListInvalid);
        error.Why.ShouldContain(place);
    }

    [Fact]
    public void A_list_that_is_empty_or_missing_is_an_error()
    {
        Should.Throw<CellVitException>(() => SlideFinder.Find([List("path\n")], null, null)).Code.ShouldBe(ErrorCode.NoSlidesFound);
        Should.Throw<CellVitException>(() => SlideFinder.Find([List(string.Empty)], null, null)).Code.ShouldBe(ErrorCode.SlideListInvalid);
        Should.Throw<CellVitException>(() => SlideFinder.Find(["/nowhere/list.csv"], null, null)).Code.ShouldBe(ErrorCode.SlideListInvalid);
    }

    private void Touch(params string[] names)
    {
        foreach (string name in names)
        {
            string path = _folder.File(name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, [1]);
        }
    }

    private string List(string text)
    {
        string path = _folder.File("list.csv");
        File.WriteAllText(path, text);
        return path;
    }

    private IEnumerable<string> Names(IEnumerable<SlideSource> slides) => slides.Select(slide => Path.GetRelativePath(_folder.Path, slide.Path));
}
