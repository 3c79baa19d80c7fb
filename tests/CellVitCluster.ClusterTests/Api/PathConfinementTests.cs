using System.Diagnostics;
using CellVitCluster.Api.Hosting;
using CellVitCluster.Api.Paths;
using CellVitCluster.Domain.Errors;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ClusterTests.Api;

public sealed class PathConfinementTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PathConfinementTests()
    {
        foreach (string folder in (string[])["slides/a", "slides-evil", "stores", "models", "secret/deep"])
        {
            Directory.CreateDirectory(_folder.File(folder));
        }

        File.WriteAllText(_folder.File("slides", "a", "s.svs"), string.Empty);
        File.WriteAllText(_folder.File("secret", "s.svs"), string.Empty);
    }

    private PathConfinement Confinement => new(new ApiOptions
    {
        SlideRoots = [_folder.File("slides")],
        OutputRoot = _folder.File("stores"),
        ModelRoots = [_folder.File("models")],
    });

    [Theory]
    [InlineData("slides/a/s.svs")]
    [InlineData("slides/a/missing.svs")]
    [InlineData("slides")]
    [InlineData("slides/a/../a/./s.svs")]
    public void Paths_inside_a_root_are_accepted(string path) =>
        Confinement.Slide(_folder.File(path)).ShouldBe(Path.GetFullPath(_folder.File(path)));

    [Theory]
    [InlineData("secret/s.svs")]
    [InlineData("slides/../secret/s.svs")]
    [InlineData("slides/a/../../secret/s.svs")]
    [InlineData("slides-evil/s.svs")]
    [InlineData("slides-evil")]
    [InlineData("stores/s.svs")]
    [InlineData("")]
    public void Paths_outside_are_refused(string path) => ShouldRefuse(() => Confinement.Slide(_folder.File(path)));

    [Theory]
    [InlineData("link.svs", "../secret/s.svs", "link.svs")]
    [InlineData("link", "../secret", "link/s.svs")]
    [InlineData("link", "../secret", "link/missing/deeper.svs")]
    [InlineData("a/link", "../../secret/deep", "a/link/s.svs")]
    [InlineData("link", "a/../../slides-evil", "link/s.svs")]
    [InlineData("circle", "circle", "circle/s.svs")]
    public void Links_that_lead_out_are_refused(string link, string target, string path)
    {
        File.CreateSymbolicLink(_folder.File("slides", link), target);

        ShouldRefuse(() => Confinement.Slide(_folder.File("slides", path)));
    }

    [Fact]
    public void Links_that_stay_inside_are_accepted_and_keep_their_name()
    {
        Directory.CreateSymbolicLink(_folder.File("slides", "link"), "a");

        Confinement.Slide(_folder.File("slides", "link", "s.svs")).ShouldBe(_folder.File("slides", "link", "s.svs"));
    }

    [Fact]
    public void Root_may_be_a_link_itself()
    {
        Directory.CreateSymbolicLink(_folder.File("mount"), _folder.File("slides"));
        var confinement = new PathConfinement(new ApiOptions { SlideRoots = [_folder.File("mount")], OutputRoot = _folder.File("stores") });

        confinement.Slide(_folder.File("mount", "a", "s.svs"));
        confinement.Slide(_folder.File("slides", "a", "s.svs"));
        ShouldRefuse(() => confinement.Slide(_folder.File("secret", "s.svs")));
    }

    [Fact]
    public void Refusal_does_not_tell_whether_the_file_exists()
    {
        string present = ShouldRefuse(() => Confinement.Slide(_folder.File("secret", "s.svs"))).Message;
        string missing = ShouldRefuse(() => Confinement.Slide(_folder.File("secret", "t.svs"))).Message;

        missing.ShouldBe(present.Replace("s.svs", "t.svs", StringComparison.Ordinal));
    }

    [Fact]
    public void Relative_slide_is_refused() =>
        Should.Throw<ConfigurationException>(() => Confinement.Slide("a/s.svs")).Why.ShouldContain("relative");

    [Fact]
    public void Output_is_relative_to_its_root_or_absolute_inside_it()
    {
        Confinement.Output(null).ShouldBe(_folder.File("stores"));
        Confinement.Output("cohort/one").ShouldBe(_folder.File("stores", "cohort", "one"));
        Confinement.Output(_folder.File("stores", "x")).ShouldBe(_folder.File("stores", "x"));
        ShouldRefuse(() => Confinement.Output("../slides"));
        ShouldRefuse(() => Confinement.Output(_folder.File("slides")));
        ShouldRefuse(() => Confinement.Output("/etc"));
    }

    [Fact]
    public void Models_are_names_or_lie_in_a_models_folder()
    {
        Confinement.Model("starter").ShouldBe("starter");
        Confinement.Model(_folder.File("models", "x.pth")).ShouldBe(_folder.File("models", "x.pth"));
        ShouldRefuse(() => Confinement.Model(_folder.File("secret", "x.pth")));
        Should.Throw<ConfigurationException>(() => Confinement.Model("../secret/x.pth"));
        Should.Throw<ConfigurationException>(() => Confinement.Model(".."));
    }

    [Fact]
    public async Task Links_are_followed_as_the_system_follows_them()
    {
        Directory.CreateSymbolicLink(_folder.File("slides", "up"), "..");
        Directory.CreateSymbolicLink(_folder.File("slides", "away"), _folder.File("secret", "deep"));
        Directory.CreateSymbolicLink(_folder.File("secret", "back"), "../slides/./a//");
        string[] parts = ["slides", "a", "up", "away", "back", "secret", "deep", "..", ".", "missing"];
        var random = new Random(7);
        string[] paths = [.. Enumerable.Range(0, 300).Select(_ => $"{_folder.Path}/{string.Join('/', Enumerable.Range(0, random.Next(1, 9)).Select(_ => parts[random.Next(parts.Length)]))}")];

        string[] expected = await RealPathsAsync(paths);

        paths.Select(RealPath.Of).ShouldBe(expected);
    }

    public void Dispose() => _folder.Dispose();

    private static CellVitException ShouldRefuse(Func<string> use)
    {
        CellVitException refusal = Should.Throw<CellVitException>(() => use());
        refusal.Code.ShouldBe(ErrorCode.PathOutsideRoots);
        return refusal;
    }

    private static async Task<string[]> RealPathsAsync(string[] paths)
    {
        var start = new ProcessStartInfo("realpath") { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (string argument in (string[])["-m", .. paths])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
