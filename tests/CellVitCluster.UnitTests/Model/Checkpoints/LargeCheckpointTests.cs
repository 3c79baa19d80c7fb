using System.Buffers.Binary;
using System.Text;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Checkpoints;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Model.Checkpoints;

/// <summary>Memory must not grow with the file: the largest published network has 2.8 GB of weights.</summary>
public sealed class LargeCheckpointTests : IDisposable
{
    private const int MiB = 1 << 20;
    private const long Blocks = 20;
    private const long BlockElements = 30L * MiB / sizeof(float);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Six_hundred_megabytes_pass_through_a_small_buffer()
    {
        string path = _folder.File("large.safetensors");
        Write(path, Blocks, BlockElements);
        var sink = new byte[MiB];
        long before = GC.GetAllocatedBytesForCurrentThread();

        using (Checkpoint checkpoint = CheckpointFile.Load(path))
        {
            foreach (CheckpointTensor tensor in checkpoint.Tensors)
            {
                for (long at = 0; at < tensor.ByteCount; at += sink.Length)
                {
                    tensor.Read(at, sink);
                }

                sink[^1].ShouldBe(byte.Parse(tensor.Name, System.Globalization.CultureInfo.InvariantCulture), "the last byte of each tensor is its number");
            }
        }

        new FileInfo(path).Length.ShouldBeGreaterThan(600L * MiB);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MiB);
    }

    [Fact]
    public void Converting_to_half_precision_streams_too()
    {
        string path = _folder.File("large.safetensors");
        Write(path, 4, BlockElements);
        using Checkpoint checkpoint = CheckpointFile.Load(path);
        long before = GC.GetAllocatedBytesForCurrentThread();

        SafetensorsFile.Save(_folder.File("half.safetensors"), checkpoint.ToHalfPrecision());

        new FileInfo(_folder.File("half.safetensors")).Length.ShouldBeInRange(60L * MiB, 61L * MiB);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(16L * MiB);
    }

    [Fact]
    public void Tensors_beyond_two_gigabytes_are_reached()
    {
        string path = _folder.File("huge.safetensors");
        Write(path, 3, 1L << 28);
        using Checkpoint checkpoint = CheckpointFile.Load(path);
        var last = new byte[1];

        checkpoint.Find("2")!.Read((1L << 30) - 1, last);

        last.ShouldBe([2]);
        new FileInfo(path).Length.ShouldBeGreaterThan(3L << 30);
    }

    [Fact]
    public void A_file_that_is_cut_while_it_is_open_gives_an_error_and_not_the_end_of_the_process()
    {
        string path = _folder.File("shrinking.safetensors");
        Write(path, 2, 1 << 18);
        using Checkpoint checkpoint = CheckpointFile.Load(path);
        using (FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(1000);
        }

        Should.Throw<EndOfStreamException>(() => checkpoint.Find("1")!.ToBytes());
    }

    [Fact]
    public void A_disposed_checkpoint_has_closed_its_file()
    {
        string path = _folder.File("small.safetensors");
        Write(path, 1, 4);
        Checkpoint checkpoint = CheckpointFile.Load(path);
        checkpoint.Dispose();

        Should.Throw<ObjectDisposedException>(() => checkpoint.Tensors[0].ToBytes());
    }

    [Fact]
    public void A_file_that_ends_before_its_last_tensor_is_refused_when_it_is_opened()
    {
        string path = _folder.File("short.safetensors");
        Write(path, 2, 1 << 10);
        using (FileStream file = File.OpenWrite(path))
        {
            file.SetLength(file.Length - 1);
        }

        Should.Throw<ModelException>(() => CheckpointFile.Load(path)).Code.ShouldBe(ErrorCode.CheckpointUnreadable);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Tensors "0", "1", … of zeros, whose last byte is their number. The holes of the file take no room on the disk.</summary>
    private static void Write(string path, long tensors, long elements)
    {
        long bytes = elements * sizeof(float);
        var header = new StringBuilder("{");
        for (long i = 0; i < tensors; i++)
        {
            header.Append(System.Globalization.CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ",")}\"{i}\":{{\"dtype\":\"F32\",\"shape\":[2,{elements / 2}],\"data_offsets\":[{i * bytes},{(i + 1) * bytes}]}}");
        }

        byte[] json = Encoding.UTF8.GetBytes(header.Append('}').ToString());
        using FileStream file = File.Create(path);
        var length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        file.Write(length);
        file.Write(json);
        long start = file.Position;
        for (long i = 0; i < tensors; i++)
        {
            file.Position = start + ((i + 1) * bytes) - 1;
            file.WriteByte((byte)i);
        }
    }
}
