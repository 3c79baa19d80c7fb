using CellVitCluster.Domain.Errors;
using CellVitCluster.Store.Files;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Store.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Directories_are_created_and_nothing_but_the_file_remains()
    {
        string path = _folder.File("a", "b", "file");
        AtomicFile.Write(path, new byte[] { 1, 2 });
        AtomicFile.Write(path, new byte[] { 3 });

        File.ReadAllBytes(path).ShouldBe([3]);
        Directory.GetFileSystemEntries(_folder.File("a", "b")).ShouldBe([path]);
    }

    [Fact]
    public void A_failure_half_way_leaves_the_old_file_and_no_other()
    {
        string path = _folder.File("file");
        AtomicFile.Write(path, new byte[] { 1 });

        Should.Throw<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new InvalidOperationException("stopped");
        }));

        File.ReadAllBytes(path).ShouldBe([1]);
        Directory.GetFiles(_folder.Path).ShouldBe([path]);
    }

    [Fact]
    public void A_full_disk_is_called_so_and_says_what_to_do()
    {
        StoreException error = Should.Throw<StoreException>(() => AtomicFile.Write(_folder.File("file"), _ =>
        {
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
            full.Write(new byte[1]);
            full.Flush();
        }));

        error.Code.ShouldBe(ErrorCode.DiskFull);
        error.What.ShouldContain(_folder.File("file"));
        error.Remedy.ShouldContain("Free space");
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void A_place_that_cannot_be_a_directory_is_not_writable()
    {
        File.WriteAllBytes(_folder.File("file"), [1]);
        Should.Throw<StoreException>(() => AtomicFile.Write(_folder.File("file", "inside"), new byte[1]))
            .Code.ShouldBe(ErrorCode.OutputNotWritable);
    }

    [Fact]
    public void Racing_writers_leave_one_whole_file()
    {
        string path = _folder.File("file");
        Parallel.For(0, 16, i => AtomicFile.Write(path, Enumerable.Repeat((byte)i, 200_000).ToArray()));

        byte[] bytes = File.ReadAllBytes(path);
        bytes.Length.ShouldBe(200_000);
        bytes.Distinct().Count().ShouldBe(1);
        Directory.GetFiles(_folder.Path).ShouldBe([path]);
    }

    [Fact]
    public void Leftovers_are_recognized_by_their_name()
    {
        string? seen = null;
        AtomicFile.Write(_folder.File("file"), _ => seen = Path.GetFileName(Directory.GetFiles(_folder.Path).Single()));

        AtomicFile.IsTemporary(seen!).ShouldBeTrue();
        AtomicFile.IsTemporary("file").ShouldBeFalse();
    }

    public void Dispose() => _folder.Dispose();
}
