using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Cluster.Workers;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ClusterTests.Workers;

public sealed class BegunRecordTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RunSpecification _run;
    private readonly RunSpecification _other;

    public BegunRecordTests()
    {
        _run = Specimens.Specification(folder: _folder.Path);
        _other = Specimens.Specification(new string('e', 32), _folder.Path);
    }

    [Fact]
    public async Task Death_names_what_was_begun_of_the_run_and_whether_that_was_all()
    {
        using var record = new BegunRecord("10.0.0.1:4053-5-0", 5);
        await record.BeginAsync(_run, 3);
        using (await record.BeginAsync(_other, WorkGrant.Survey))
        {
            Read(_run).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
                lost => lost.WorkerId.ShouldBe("10.0.0.1:4053-5-0"), lost => lost.Tiles.ShouldBe([3]), lost => lost.Alone.ShouldBeFalse());
            Read(_other).ShouldHaveSingleItem().Tiles.ShouldBe([WorkGrant.Survey]);
        }

        Read(_run).ShouldHaveSingleItem().Alone.ShouldBeTrue();
        Read(_other).ShouldBeEmpty();
        Directory.Exists(_other.WorkDirectory).ShouldBeFalse("nothing else is in it");
    }

    [Fact]
    public async Task Only_processes_that_are_gone_count()
    {
        using var record = new BegunRecord("w", 5);
        await record.BeginAsync(_run, 3);

        BegunRecord.ReadDeaths(_run, node => node == 5).ShouldBeEmpty();
        BegunRecord.Forget(_run, node => node == 5);
        Read(_run).ShouldHaveSingleItem();
        BegunRecord.Forget(_run, _ => false);
        Read(_run).ShouldBeEmpty();
    }

    [Fact]
    public async Task Process_that_is_stopped_in_order_leaves_nothing_and_notes_nothing_more()
    {
        var record = new BegunRecord("w", 5);
        IDisposable mark = await record.BeginAsync(_run, 3);

        record.Dispose();
        mark.Dispose();
        await record.BeginAsync(_run, 4);

        Directory.Exists(_run.WorkDirectory).ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Folder_that_was_emptied_by_others_goes_with_the_last_mark(bool disposed)
    {
        using var record = new BegunRecord("w", 5);
        IDisposable mark = await record.BeginAsync(_run, 3);
        Directory.Delete(Path.Combine(_run.WorkDirectory, "begun"), recursive: true);

        (disposed ? record : mark).Dispose();

        Directory.Exists(_run.WorkDirectory).ShouldBeFalse();
    }

    /// <summary>The next process may be of a later version.</summary>
    [Fact]
    public void Record_of_version_1_still_loads()
    {
        string folder = Path.Combine(_run.WorkDirectory, "begun");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "old.json"), """{"Version":1,"Worker":"10.0.0.1:4053-5-0","Node":5,"Tiles":[3,17],"Begun":3}""");
        File.WriteAllText(Path.Combine(folder, "newer.json"), """{"Version":2,"Worker":"w","Node":6,"Tiles":[4],"Begun":1}""");

        Read(_run).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            lost => lost.WorkerId.ShouldBe("10.0.0.1:4053-5-0"), lost => lost.Tiles.ShouldBe([3, 17]), lost => lost.Alone.ShouldBeFalse());
    }

    [Fact]
    public async Task Record_that_was_cut_off_or_cannot_be_written_costs_nothing()
    {
        using var record = new BegunRecord("w", 5);
        await record.BeginAsync(_run, 3);
        string file = Directory.GetFiles(_run.WorkDirectory, "*.json", SearchOption.AllDirectories).ShouldHaveSingleItem();
        byte[] bytes = await File.ReadAllBytesAsync(file);
        for (int length = 0; length < bytes.Length; length++)
        {
            await File.WriteAllBytesAsync(file, bytes[..length]);
            Read(_run).ShouldBeEmpty();
        }

        await File.WriteAllTextAsync(_other.WorkDirectory, "a file where a folder should be");
        using IDisposable mark = await record.BeginAsync(_other, 1);
        Read(_other).ShouldBeEmpty();
    }

    public void Dispose() => _folder.Dispose();

    private static IReadOnlyList<WorkerLost> Read(RunSpecification run) => BegunRecord.ReadDeaths(run, _ => false);
}
