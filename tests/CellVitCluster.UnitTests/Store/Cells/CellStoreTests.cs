using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Store.Cells;
using CsCheck;

namespace CellVitCluster.UnitTests.Store.Cells;

public sealed class CellStoreTests : IClassFixture<SharedStore>
{
    private readonly SharedStore _shared;

    public CellStoreTests(SharedStore shared) => _shared = shared;

    private CellStore Store => _shared.Store;

    [Fact]
    public void Every_cell_comes_back_with_its_token()
    {
        Dictionary<long, SlideCell> expected = _shared.Cells.ToDictionary(c => CellId.From(c.Centroid, 0).Value);
        long row = 0;
        foreach (StoredCell cell in Store.ReadAll())
        {
            SlideCell original = expected[cell.Id.Value];
            cell.Row.ShouldBe(row++);
            cell.Centroid.ShouldBe(original.Centroid);
            cell.Outline.ToArray().ShouldBe(original.Outline.ToArray());
            (cell.AreaSquareMicrons, cell.PerimeterMicrons, cell.MaxDiameterMicrons, cell.Circularity).ShouldBe(
                ((float)original.AreaSquareMicrons, (float)original.PerimeterMicrons, (float)original.MaxDiameterMicrons, (float)original.Circularity));
            (cell.Class, cell.ClassProbability, cell.NucleusProbability, cell.Flags).ShouldBe(
                (original.Class, (float)original.ClassShare, original.NucleusProbability, original.Flags));
            cell.ClassShare.ShouldBe(cell.ClassProbability, "without class probabilities");
            cell.OrientationDegrees.ShouldBe((float)(original.OrientationDegrees ?? double.NaN));
            cell.BorderDistanceMicrons.ShouldBe((float)(original.BorderDistanceMicrons ?? double.NaN));
            Store.Tokens[cell.Row].SequenceEqual(original.Token.Span).ShouldBeTrue();
        }

        row.ShouldBe(_shared.Cells.Count);
    }

    [Fact]
    public void Cells_are_sorted_by_id() => Store.ReadAll().Select(c => c.Id.Value).ShouldBeInOrder();

    [Fact]
    public void A_rectangle_finds_exactly_the_cells_whose_box_or_centroid_it_meets() =>
        Gen.Select(Gen.Double[-500, 20_500], Gen.Double[-500, 20_500], Gen.Double[0, 6000], Gen.Double[0, 6000]).Sample((x, y, width, height) =>
        {
            var rect = new SlideRect(x, y, width, height);
            IEnumerable<SlideCell> expected = _shared.Cells.Where(c => c.Outline.Bounds.Intersects(rect));
            Store.Query(rect).Select(c => c.Centroid).ShouldBe(expected.Select(c => c.Centroid), ignoreOrder: true);
            Store.QueryCentroids(rect).Select(c => c.Centroid)
                .ShouldBe(_shared.Cells.Select(c => c.Centroid).Where(rect.Contains), ignoreOrder: true);
        }, iter: 40);

    [Fact]
    public void An_id_finds_its_cell_and_an_unknown_one_nothing()
    {
        foreach (SlideCell cell in _shared.Cells.Take(50))
        {
            CellId id = CellId.From(cell.Centroid, 0);
            Store.Find(id)!.Centroid.ShouldBe(cell.Centroid);
            Store.Find(new CellId(id.Value + 15)).ShouldBeNull();
        }

        Store.Find(new CellId(-1)).ShouldBeNull();
        Store.Find(new CellId(long.MaxValue)).ShouldBeNull();
    }

    [Fact]
    public void Concurrent_readers_do_not_disturb_each_other()
    {
        long[] expected = [.. Store.ReadAll().Select(c => c.Id.Value)];
        Parallel.For(0, 12, _ => Store.ReadAll().Select(c => c.Id.Value).ShouldBe(expected));
    }

    [Fact]
    public void A_row_outside_the_tokens_is_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Store.Tokens[-1].ToArray());
        Should.Throw<ArgumentOutOfRangeException>(() => Store.Tokens[Store.Count].ToArray());
    }

    [Fact]
    public void A_disposed_store_says_so()
    {
        var store = CellStore.Open(_shared.Built.Path);
        store.Dispose();
        Should.Throw<ObjectDisposedException>(() => store.ReadAll().Count());
        Should.Throw<ObjectDisposedException>(() => store.Tokens[0].ToArray());
    }

    [Fact]
    public void The_store_opens_by_directory_by_manifest_and_by_the_folder_around_it()
    {
        foreach (string path in (string[])[_shared.Built.Path, _shared.Built.File("manifest.json"), Path.GetDirectoryName(_shared.Built.Path)!])
        {
            using var store = CellStore.Open(path);
            store.Directory.ShouldBe(_shared.Built.Path);
        }
    }

    [Fact]
    public void A_place_without_a_store_is_named()
    {
        StoreException error = Should.Throw<StoreException>(() => CellStore.Open(_shared.Built.File("density")));
        error.Code.ShouldBe(ErrorCode.StoreMissing);
        error.What.ShouldContain("density");
    }

    [Fact]
    public void A_slide_without_cells_has_a_complete_store()
    {
        using var built = new BuiltStore([]);
        using var store = CellStore.Open(built.Path);

        store.Count.ShouldBe(0);
        store.ReadAll().ShouldBeEmpty();
        store.Query(new SlideRect(0, 0, 1e9, 1e9)).ShouldBeEmpty();
        store.Find(new CellId(1)).ShouldBeNull();
        store.Tokens.Count.ShouldBe(0);
        StoreCheck.Run(built.Path).ShouldBeEmpty();
    }
}
