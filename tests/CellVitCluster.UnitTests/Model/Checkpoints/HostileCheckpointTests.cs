using System.IO.Compression;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Checkpoints;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Model.Checkpoints;

/// <summary>Checkpoints come from the internet: what they ask for must not be done.</summary>
public sealed class HostileCheckpointTests
{
    [Fact]
    public void A_tensor_of_a_handmade_container_is_read()
    {
        Checkpoint checkpoint = Read(TorchFile.OneTensor(6, 1, [2, 2], [1, 2]), Floats(0, 1, 2, 3, 4, 5));

        checkpoint.Tensors.ShouldHaveSingleItem().ToFloats().ShouldBe([1, 3, 2, 4]);
    }

    [Theory]
    [InlineData("cos\nsystem\n(X\u0004\0\0\0truetR.", "os.system")]
    [InlineData("cbuiltins\neval\n(X\u0001\0\0\01tR.", "builtins.eval")]
    [InlineData("ctorch\nload\n)R.", "torch.load")]
    [InlineData("(ios\nsystem\n.", "0x69")]
    [InlineData("ccollections\nOrderedDict\n)\u0081.", "0x81")]
    public void Code_is_refused_by_name(string pickle, string named)
    {
        ModelException refusal = Should.Throw<ModelException>(() => Read([0x80, 2, .. pickle.Select(c => (byte)c)], []));

        refusal.Code.ShouldBe(ErrorCode.CheckpointForbidden);
        refusal.Why.ShouldContain(named);
    }

    [Fact]
    public void A_view_that_repeats_one_element_into_gigabytes_is_refused()
    {
        ModelException refusal = Should.Throw<ModelException>(() => Read(TorchFile.OneTensor(1, 0, [40_000, 40_000], [0, 0]), Floats(1)));

        refusal.Code.ShouldBe(ErrorCode.CheckpointUnreadable);
        refusal.Why.ShouldContain("larger than the file can justify");
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(6, 5)]
    public void A_tensor_that_reaches_beyond_its_storage_is_refused(int count, int offset)
    {
        Should.Throw<ModelException>(() => Read(TorchFile.OneTensor(count, offset, [2, 2], [2, 1]), Floats(0, 1, 2, 3, 4, 5))).Code.ShouldBe(ErrorCode.CheckpointUnreadable);
    }

    [Fact]
    public void A_storage_shorter_than_announced_is_refused()
    {
        Should.Throw<ModelException>(() => Read(TorchFile.OneTensor(4, 0, [4], [1]), Floats(1, 2))).Code.ShouldBe(ErrorCode.CheckpointUnreadable);
    }

    [Fact]
    public void Compressed_entries_are_refused_so_that_nothing_can_be_inflated()
    {
        using MemoryStream bomb = TorchFile.Zip(TorchFile.OneTensor(250_000, 0, [250_000], [1]), new byte[1_000_000], CompressionLevel.SmallestSize);

        Should.Throw<ModelException>(() => CheckpointFile.Read(bomb, "bomb.pth")).Why.ShouldContain("compressed");
    }

    [Fact]
    public void A_container_without_its_end_is_refused_as_truncated()
    {
        using MemoryStream whole = TorchFile.Zip(TorchFile.OneTensor(2, 0, [2], [1]), Floats(1, 2));
        using var cut = new MemoryStream(whole.ToArray()[..^30]);

        Should.Throw<ModelException>(() => CheckpointFile.Read(cut, "cut.pth")).Why.ShouldContain("truncated");
    }

    [Theory]
    [InlineData(20)]
    [InlineData(24)]
    public void An_entry_that_claims_another_size_is_refused(int field)
    {
        byte[] file = Honest();
        BitConverter.TryWriteBytes(file.AsSpan(TorchFile.DirectoryEntry(file, "archive/data/0") + field), 0x7fff_ffff);

        Should.Throw<ModelException>(() => CheckpointFile.Read(new MemoryStream(file), "liar.pth")).Code.ShouldBe(ErrorCode.CheckpointUnreadable);
    }

    [Fact]
    public void Both_sizes_beyond_the_file_are_refused_before_anything_is_allocated()
    {
        byte[] file = Honest();
        int entry = TorchFile.DirectoryEntry(file, "archive/data/0");
        BitConverter.TryWriteBytes(file.AsSpan(entry + 20), 0x7fff_0000);
        BitConverter.TryWriteBytes(file.AsSpan(entry + 24), 0x7fff_0000);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Should.Throw<ModelException>(() => CheckpointFile.Read(new MemoryStream(file), "liar.pth")).Why.ShouldContain("claims 2147418112 bytes");

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void Entries_that_share_bytes_are_refused()
    {
        // A second directory entry with the first one's place: each fits the file, together they claim more than it holds.
        byte[] file = Honest();
        int first = TorchFile.DirectoryEntry(file, "archive/data.pkl");
        int second = TorchFile.DirectoryEntry(file, "archive/data/0");
        file.AsSpan(first + 42, 4).CopyTo(file.AsSpan(second + 42));

        Should.Throw<ModelException>(() => CheckpointFile.Read(new MemoryStream(file), "overlap.pth")).Why.ShouldContain("overlaps");
    }

    [Fact]
    public void A_dictionary_that_contains_itself_is_refused()
    {
        // {"model_state_dict": {"w": …}, "config": d} with d = {"d": d}
        byte[] tensor = TorchFile.OneTensor(1, 0, [1], [1])[2..^1];
        byte[] pickle =
        [
            0x80, 2, (byte)'}', (byte)'(', .. Text("model_state_dict"), .. tensor, .. Text("config"),
            (byte)'}', (byte)'q', 9, .. Text("d"), (byte)'h', 9, (byte)'s', (byte)'u', (byte)'.',
        ];

        Should.Throw<ModelException>(() => Read(pickle, Floats(1))).Why.ShouldContain("nested deeper");
    }

    [Fact]
    public void A_file_of_another_kind_and_a_missing_file_are_told_apart()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("notes.pth"), "These are not weights.");

        Should.Throw<ModelException>(() => CheckpointFile.Load(folder.File("notes.pth"))).Code.ShouldBe(ErrorCode.CheckpointUnreadable);
        Should.Throw<ModelException>(() => CheckpointFile.Load(folder.File("none.pth"))).Code.ShouldBe(ErrorCode.ModelMissing);
    }

    private static byte[] Honest()
    {
        using MemoryStream file = TorchFile.Zip(TorchFile.OneTensor(2, 0, [2], [1]), Floats(1, 2));
        return file.ToArray();
    }

    private static byte[] Text(string text) => [(byte)'X', .. BitConverter.GetBytes(text.Length), .. text.Select(c => (byte)c)];

    private static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static Checkpoint Read(byte[] pickle, byte[] storage)
    {
        using MemoryStream file = TorchFile.Zip(pickle, storage);
        return CheckpointFile.Read(file, "hostile.pth");
    }
}
