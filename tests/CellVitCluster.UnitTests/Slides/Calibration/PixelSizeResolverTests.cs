using CellVitCluster.Domain.Units;
using CellVitCluster.Slides.Calibration;

namespace CellVitCluster.UnitTests.Slides.Calibration;

public sealed class PixelSizeResolverTests
{
    private static readonly Dictionary<string, string> Everything = new(StringComparer.Ordinal)
    {
        ["openslide.mpp-x"] = "0.499",
        ["openslide.comment"] = "Aperio|AppMag = 20|MPP = 0.4990|Left = 25",
        ["tiff.XResolution"] = "40000",
        ["tiff.ResolutionUnit"] = "centimeter",
    };

    [Fact]
    public void The_user_wins_over_the_file_and_the_file_over_its_comment_and_tags()
    {
        Resolve(Everything, new Mpp(0.3)).ShouldBe((0.3, "stated by the user"));
        Resolve(Everything).ShouldBe((0.499, "openslide.mpp-x"));
        Resolve(Without("openslide.mpp-x")).ShouldBe((0.499, "openslide.comment"));
        Resolve(Without("openslide.mpp-x", "openslide.comment")).ShouldBe((0.25, "TIFF resolution"));
        Resolve(Without([.. Everything.Keys])).ShouldBeNull();
    }

    [Theory]
    [InlineData("72", "inch")]
    [InlineData("300", null)]
    [InlineData("1", "centimeter")]
    [InlineData("40000", "none")]
    [InlineData("0", "inch")]
    [InlineData("soon", "inch")]
    public void A_resolution_that_is_no_microscopes_counts_as_missing(string resolution, string? unit)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal) { ["tiff.XResolution"] = resolution };
        if (unit is not null)
        {
            properties["tiff.ResolutionUnit"] = unit;
        }

        Resolve(properties).ShouldBeNull();
    }

    [Fact]
    public void A_meaningless_mpp_property_falls_back_to_the_comment()
    {
        var properties = new Dictionary<string, string>(Everything, StringComparer.Ordinal) { ["openslide.mpp-x"] = "0" };

        Resolve(properties).ShouldBe((0.499, "openslide.comment"));
    }

    [Theory]
    [InlineData(10.0, "20", 0.25, 10.0)]
    [InlineData(null, "20", 0.25, 20.0)]
    [InlineData(null, null, 0.25, 40.0)]
    [InlineData(null, "", 0.5, 20.0)]
    [InlineData(null, null, 0.35, null)]
    [InlineData(null, null, null, null)]
    public void Magnification_is_stated_or_inferred(double? stated, string? power, double? mpp, double? expected) =>
        MagnificationResolver.Resolve(stated, power, mpp is null ? null : new Mpp(mpp.Value)).ShouldBe(expected);

    private static Dictionary<string, string> Without(params string[] names) =>
        new(Everything.Where(pair => !names.Contains(pair.Key)), StringComparer.Ordinal);

    private static (double Mpp, string Origin)? Resolve(Dictionary<string, string> properties, Mpp? stated = null) =>
        PixelSizeResolver.Resolve(stated, name => properties.GetValueOrDefault(name)) is { } found
            ? (found.Mpp.MicronsPerPixel, found.Origin)
            : null;
}
