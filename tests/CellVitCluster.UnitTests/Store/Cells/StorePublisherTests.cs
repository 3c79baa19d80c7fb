using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Store.Cells;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Store.Cells;

public sealed class StorePublisherTests : IDisposable
{
    private static readonly RunId OtherRun = new("ffffffffffffffffffffffffffffffff");
    private readonly TemporaryFolder _folder = new();

    private string Target => _folder.File("out", "A17");

    [Fact]
    public void Publishing_the_same_run_again_keeps_what_is_there()
    {
        Publish(10, SyntheticCells.Run).Kind.ShouldBe(PublicationKind.Published);
        byte[] before = File.ReadAllBytes(Path.Combine(Target, "manifest.json"));

        StorePublication again = Publish(11, SyntheticCells.Run, replace: true);

        again.Kind.ShouldBe(PublicationKind.AlreadyPublished);
        again.Manifest.Cells.ShouldBe(10);
        File.ReadAllBytes(Path.Combine(Target, "manifest.json")).ShouldBe(before);
    }

    [Fact]
    public void Another_run_is_replaced_only_when_asked()
    {
        Publish(10, SyntheticCells.Run);

        StoreException error = Should.Throw<StoreException>(() => Publish(11, OtherRun));
        error.Code.ShouldBe(ErrorCode.OutputNotWritable);
        error.Why.ShouldContain(SyntheticCells.Run.Value);

        Publish(11, OtherRun, replace: true).Kind.ShouldBe(PublicationKind.Replaced);
        using var store = CellStore.Open(Target);
        store.Count.ShouldBe(11);
        Directory.GetFileSystemEntries(_folder.File("out")).ShouldBe([Target]);
    }

    [Fact]
    public void Other_files_in_the_place_are_not_overwritten()
    {
        Directory.CreateDirectory(Target);
        File.WriteAllText(Path.Combine(Target, "thesis.docx"), "years of work");

        Should.Throw<StoreException>(() => Publish(3, SyntheticCells.Run)).Code.ShouldBe(ErrorCode.OutputNotWritable);
        File.ReadAllText(Path.Combine(Target, "thesis.docx")).ShouldBe("years of work");
    }

    [Fact]
    public void An_empty_directory_is_a_free_place()
    {
        Directory.CreateDirectory(Target);
        Publish(3, SyntheticCells.Run).Kind.ShouldBe(PublicationKind.Published);
    }

    [Fact]
    public void A_store_set_aside_by_a_killed_publisher_is_neither_read_nor_kept()
    {
        Publish(10, SyntheticCells.Run);
        string aside = _folder.File("out", ".A17.replaced-0123");
        Directory.Move(Target, aside);
        Should.Throw<StoreException>(() => CellStore.Open(_folder.File("out"))).Code.ShouldBe(ErrorCode.StoreMissing);

        Publish(11, OtherRun).Kind.ShouldBe(PublicationKind.Published);

        Directory.Exists(aside).ShouldBeFalse();
        using var store = CellStore.Open(_folder.File("out"));
        store.Count.ShouldBe(11);
    }

    [Fact]
    public void Racing_mergers_of_one_run_publish_one_store()
    {
        var kinds = new PublicationKind[6];
        Parallel.For(0, kinds.Length, i => kinds[i] = Publish(50, SyntheticCells.Run, work: $"work{i}").Kind);

        kinds.Count(kind => kind == PublicationKind.Published).ShouldBe(1);
        kinds.Count(kind => kind == PublicationKind.AlreadyPublished).ShouldBe(5);
        StoreCheck.Run(Target).ShouldBeEmpty();
    }

    public void Dispose() => _folder.Dispose();

    private StorePublication Publish(int cells, RunId run, bool replace = false, string work = "work")
    {
        using var builder = new CellStoreBuilder(SyntheticCells.Description() with { Run = run }, _folder.File(work));
        SyntheticCells.Many(cells).ForEach(builder.Add);
        builder.Seal(new RunOutcome());
        return builder.Publish(Target, replace);
    }
}
