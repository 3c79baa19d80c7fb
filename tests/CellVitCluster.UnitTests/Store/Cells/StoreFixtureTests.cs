using System.Text.Json;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Store.Cells;
using CellVitCluster.Store.Layers;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Store.Cells;

/// <summary>A store of format version 1, kept in the repository: the current code must read it for ever, and still writes its like.</summary>
public sealed class StoreFixtureTests
{
    private static readonly string Fixture = Path.Combine(Checkout.Root, "tests", "CellVitCluster.UnitTests", "Store", "Cells", "store-v1");
    private static readonly string MeasuredFixture = Fixture + "-measures";

    /// <summary>A small slide keeps the fixture's density pyramid small.</summary>
    public static StoreDescription Description
    {
        get
        {
            StoreDescription description = SyntheticCells.Description(tokenWidth: 2);
            return description with { SlideMetadata = description.SlideMetadata with { Width = 6144, Height = 6144 } };
        }
    }

    public static IReadOnlyList<SlideCell> Cells { get; } =
    [
        new SlideCell
        {
            Centroid = new SlidePoint(5000.5, 6000.25),
            Outline = new SlidePolygon([4990.0625, 5990, 5010, 5990.5, 5000, 6015.75]),
            AreaSquareMicrons = 12.5,
            PerimeterMicrons = 14.25,
            MaxDiameterMicrons = 5.5,
            Circularity = 0.75,
            Class = 2,
            ClassShare = 0.875,
            NucleusProbability = 0.9375f,
            Flags = CellFlags.CutByTileBorder | CellFlags.TouchesFailedTile,
            Token = new[] { (Half)1, (Half)(-0.5) },
        },
        new SlideCell
        {
            Centroid = new SlidePoint(100, 200),
            Outline = new SlidePolygon([90, 190, 110, 190, 110, 210, 90, 210]),
            AreaSquareMicrons = 25,
            PerimeterMicrons = 20,
            MaxDiameterMicrons = 7.0625,
            Circularity = 0.5,
            Class = 5,
            ClassShare = 1,
            NucleusProbability = 0.5f,
            Flags = CellFlags.None,
            Token = new[] { (Half)2, (Half)0.25 },
        },
    ];

    /// <summary>The same nuclei with what later writers of version 1 know of them.</summary>
    public static IReadOnlyList<SlideCell> MeasuredCells { get; } =
    [
        Cells[0] with
        {
            OrientationDegrees = 33.5,
            BorderDistanceMicrons = 12.25,
            ClassProbabilities = new[] { 0.0625f, 0.5f, 0.25f, 0.125f, 0, 0.0625f },
        },
        Cells[1] with { ClassProbabilities = new[] { 0, 0, 0, 0, 0.25f, 0.75f } },
    ];

    /// <summary>With the background, as the cards of networks state it.</summary>
    private static StoreDescription MeasuredDescription =>
        Description with { Taxonomy = new Taxonomy("pannuke", [ClassPalette.Color(0, "Background"), .. SyntheticCells.PanNuke.Classes]) };

    [Fact]
    public void Version_1_is_read()
    {
        StoreCheck.Run(Fixture).ShouldBeEmpty();
        using var store = CellStore.Open(Fixture);
        store.Manifest.SoftwareVersion.ShouldBe("0.1.0");
        store.Taxonomy[2].ShouldBe(SyntheticCells.PanNuke[2]);

        StoredCell cell = store.Find(CellId.From(Cells[0].Centroid, 0))!;

        cell.Row.ShouldBe(1);
        cell.Centroid.ShouldBe(Cells[0].Centroid);
        cell.Outline.ToArray().ShouldBe(Cells[0].Outline.ToArray());
        (cell.AreaSquareMicrons, cell.PerimeterMicrons, cell.MaxDiameterMicrons, cell.Circularity).ShouldBe((12.5f, 14.25f, 5.5f, 0.75f));
        (cell.Class, cell.ClassProbability, cell.NucleusProbability).ShouldBe(((byte)2, 0.875f, 0.9375f));
        cell.Flags.ShouldBe(CellFlags.CutByTileBorder | CellFlags.TouchesFailedTile);
        (cell.ClassShare, cell.OrientationDegrees, cell.BorderDistanceMicrons).ShouldBe((float.NaN, float.NaN, float.NaN));
        store.Tokens[1].ToArray().ShouldBe(Cells[0].Token.ToArray());
    }

    [Fact]
    public void Version_1_with_measures_and_the_layer_of_the_network_is_read()
    {
        StoreCheck.Run(MeasuredFixture).ShouldBeEmpty();
        using var store = CellStore.Open(MeasuredFixture);
        using ClassLayer layer = store.OpenLayer("pannuke");

        StoredCell cell = store.Find(CellId.From(Cells[0].Centroid, 0))!, other = store.Find(CellId.From(Cells[1].Centroid, 0))!;

        (cell.Class, cell.ClassProbability, cell.ClassShare).ShouldBe(((byte)2, 0.25f, 0.875f));
        (cell.OrientationDegrees, cell.BorderDistanceMicrons).ShouldBe((33.5f, 12.25f));
        (other.OrientationDegrees, other.BorderDistanceMicrons).ShouldBe((float.NaN, float.NaN));
        layer[cell.Row].Probabilities.ShouldBe(MeasuredCells[0].ClassProbabilities.ToArray());
        (layer[cell.Row].Class, layer[cell.Row].Probability).ShouldBe(((byte)2, 0.25f));
    }

    [Fact]
    public void The_names_in_the_manifest_with_a_layer_of_the_network_are_those_of_its_fixture()
    {
        using var built = new BuiltStore(MeasuredCells, MeasuredDescription);
        Names(built.File("manifest.json")).ShouldBe(Names(Path.Combine(MeasuredFixture, "manifest.json")));
    }

    [Fact]
    public void The_names_in_the_manifest_are_those_of_version_1()
    {
        using var built = new BuiltStore(Cells, Description);
        Names(built.File("manifest.json")).ShouldBe(Names(Path.Combine(Fixture, "manifest.json")));
    }

    private static List<string> Names(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        var names = new List<string>();
        Collect(document.RootElement, string.Empty, names);
        return names;
    }

    private static void Collect(JsonElement element, string prefix, List<string> names)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in element.EnumerateObject())
            {
                names.Add(prefix + property.Name);
                Collect(property.Value, $"{prefix}{property.Name}.", names);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
            {
                Collect(item, prefix, names);
            }
        }
    }
}
