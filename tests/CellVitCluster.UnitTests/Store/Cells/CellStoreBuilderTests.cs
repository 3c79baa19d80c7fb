using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Store.Cells;
using CellVitCluster.Store.Manifests;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Store.Cells;

public sealed class CellStoreBuilderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_order_of_arrival_changes_no_byte()
    {
        List<SlideCell> cells = [.. SyntheticCells.Many(5000), .. Crowd(6, 16)];
        using var once = new BuiltStore(cells);
        var shuffled = cells.ToArray();
        new Random(99).Shuffle(shuffled);
        using var again = new BuiltStore(shuffled);

        again.Manifest.Files.ShouldBe(once.Manifest.Files);
        File.ReadAllBytes(again.File("manifest.json")).ShouldBe(File.ReadAllBytes(once.File("manifest.json")));
    }

    [Fact]
    public void The_memory_budget_changes_no_byte()
    {
        // 4000 cells with 600-value tokens are several times the smallest budget, so that blocks are spilled and appended to.
        List<SlideCell> cells = SyntheticCells.Many(4000, tokenWidth: 600);
        using var small = new BuiltStore(cells, SyntheticCells.Description(600), new CellStoreOptions { BucketMemoryMebibytes = 1 });
        using var large = new BuiltStore(cells, SyntheticCells.Description(600), new CellStoreOptions { BucketMemoryMebibytes = 1024 });

        small.Manifest.Files.ShouldBe(large.Manifest.Files);
    }

    [Fact]
    public void The_manifest_tells_what_the_store_is()
    {
        List<SlideCell> cells = SyntheticCells.Many(200);
        using var built = new BuiltStore(cells);
        StoreManifest manifest = ManifestReader.Read(built.Path);

        manifest.Cells.ShouldBe(200);
        manifest.Run.ShouldBe(SyntheticCells.Run.Value);
        manifest.Slide.Name.ShouldBe("A17");
        manifest.Created.ShouldBe(FixedClock.Instance.GetUtcNow());
        manifest.FailedTiles.Select(t => t.Row).ShouldBe([1, 3]);
        manifest.NumericProfiles.ShouldBe(["cpu/a", "cpu/b"]);
        manifest.TimingsSeconds["network"].ShouldBe(12.5);
        manifest.ModelCard.GetProperty("name").GetString().ShouldBe("tiny");
        manifest.Counts.ToDictionary(c => c.Class, c => c.Cells)
            .ShouldBe(cells.GroupBy(c => c.Class).ToDictionary(g => g.Key, g => g.LongCount()), ignoreOrder: true);
        manifest.Files.ShouldContain(f => f.Path == "density/0.npy");
        foreach (ManifestFile file in manifest.Files)
        {
            new FileInfo(built.File(file.Path)).Length.ShouldBe(file.Bytes);
        }
    }

    [Fact]
    public void Sixteen_cells_on_one_quarter_pixel_get_ids_of_their_own_and_the_seventeenth_is_refused()
    {
        using var built = new BuiltStore(Crowd(7, CellId.MaxTies));
        using (var store = CellStore.Open(built.Path))
        {
            store.ReadAll().Select(c => c.Id.Value % CellId.MaxTies).ShouldBe(Enumerable.Range(0, 16).Select(i => (long)i));
        }

        using var builder = new CellStoreBuilder(SyntheticCells.Description(), _folder.File("work"));
        Crowd(7, CellId.MaxTies + 1).ForEach(builder.Add);
        Should.Throw<StoreException>(() => builder.Seal(new RunOutcome())).Why.ShouldContain("16");
    }

    [Fact]
    public void A_class_outside_the_taxonomy_is_kept()
    {
        SlideCell stranger = SyntheticCells.Many(1)[0] with { Class = 9 };
        using var built = new BuiltStore([stranger]);

        built.Manifest.Counts.ShouldContain(new ClassCount(9, "Class 9", 1));
        StoreCheck.Run(built.Path).ShouldBeEmpty();
    }

    [Fact]
    public void What_a_killed_builder_left_is_deleted_and_never_published()
    {
        string work = _folder.File("work");
        var killed = new CellStoreBuilder(SyntheticCells.Description(), work, new CellStoreOptions { BucketMemoryMebibytes = 1 });
        SyntheticCells.Many(9000, seed: 4).ForEach(killed.Add);
        killed.Seal(new RunOutcome());
        Directory.CreateDirectory(Path.Combine(work, "buckets"));
        File.WriteAllBytes(Path.Combine(work, "buckets", "17"), [1, 2, 3]);

        using var builder = new CellStoreBuilder(SyntheticCells.Description(), work);
        SyntheticCells.Many(10).ForEach(builder.Add);
        builder.Seal(new RunOutcome()).Cells.ShouldBe(10);
        builder.Publish(_folder.File("out"), replaceExisting: false);

        StoreCheck.Run(_folder.File("out")).ShouldBeEmpty();
        Directory.Exists(work).ShouldBeFalse();
    }

    [Fact]
    public void A_wrong_token_or_a_number_that_is_none_is_refused()
    {
        using var builder = new CellStoreBuilder(SyntheticCells.Description(), _folder.File("work"));
        SlideCell cell = SyntheticCells.Many(1)[0];

        Should.Throw<ArgumentException>(() => builder.Add(cell with { Token = new Half[3] }));
        Should.Throw<ArgumentException>(() => builder.Add(cell with { Centroid = new SlidePoint(double.NaN, 1) }));
        Should.Throw<ArgumentException>(() => builder.Add(cell with { Outline = new SlidePolygon([0, 0, 1, 0, 1, double.PositiveInfinity]) }));
        Should.Throw<ArgumentException>(() => builder.Add(cell with { Circularity = double.NaN }));
        builder.Count.ShouldBe(0);
    }

    [Fact]
    public void A_full_disk_is_called_so_and_closes_the_builder()
    {
        using var builder = new CellStoreBuilder(
            SyntheticCells.Description(600), _folder.File("work"), new CellStoreOptions { BucketMemoryMebibytes = 1 });
        List<SlideCell> cells = SyntheticCells.Many(1000, tokenWidth: 600, side: CellId.BlockSize);
        File.CreateSymbolicLink(_folder.File("work", "buckets", "0"), "/dev/full");

        Should.Throw<StoreException>(() => cells.ForEach(builder.Add)).Code.ShouldBe(ErrorCode.DiskFull);

        Should.Throw<InvalidOperationException>(() => builder.Add(cells[0]));
        Should.Throw<InvalidOperationException>(() => builder.Seal(new RunOutcome()));
    }

    [Fact]
    public void A_hundred_thousand_cells_are_bounded_in_memory_and_found_again()
    {
        List<SlideCell> cells = SyntheticCells.Many(100_000, tokenWidth: 16);
        using var built = new BuiltStore(cells, SyntheticCells.Description(16), new CellStoreOptions { BucketMemoryMebibytes = 4 });
        using var store = CellStore.Open(built.Path);

        store.Count.ShouldBe(100_000);
        long rows = 0;
        foreach (StoredCell cell in store.ReadAll())
        {
            cell.Row.ShouldBe(rows++);
        }

        rows.ShouldBe(100_000);
        ((double)new FileInfo(built.File("cells.parquet")).Length / rows).ShouldBeLessThan(400);
    }

    public void Dispose() => _folder.Dispose();

    private static List<SlideCell> Crowd(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => SyntheticCells.One(random, 5000.01 + (i % 4 * 0.01), 7000.1))];
    }
}
