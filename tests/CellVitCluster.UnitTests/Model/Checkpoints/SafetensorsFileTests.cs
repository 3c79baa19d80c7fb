using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Checkpoints;
using CellVitCluster.TestSupport;
using CsCheck;

namespace CellVitCluster.UnitTests.Model.Checkpoints;

public sealed class SafetensorsFileTests
{
    [Fact]
    public void What_is_written_is_read_back()
    {
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 5].Array[0, 3]).Array[0, 6].Sample(tensors =>
        {
            CheckpointTensor[] written = [.. tensors.Select((t, i) => Tensor(i, (ElementType)t.Item1, t.Item2))];
            using var file = new MemoryStream();
            SafetensorsFile.Write(file, new Checkpoint("Arch", written, CheckpointConfiguration.FromJson("""{"a":{"b":3}}""")));

            Checkpoint read = CheckpointFile.Read(file, "round trip");

            read.Architecture.ShouldBe("Arch");
            read.Configuration.Int32("a.b").ShouldBe(3);
            read.Tensors.Count.ShouldBe(written.Length);
            foreach (CheckpointTensor tensor in written)
            {
                CheckpointTensor found = read.Find(tensor.Name).ShouldNotBeNull();
                found.ElementType.ShouldBe(tensor.ElementType);
                found.Shape.ShouldBe(tensor.Shape);
                found.ToBytes().ShouldBe(tensor.ToBytes());
            }
        }, iter: 200);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_as_unreadable()
    {
        using var file = new MemoryStream();
        SafetensorsFile.Write(file, new Checkpoint(string.Empty, [Tensor(0, ElementType.Float32, [3, 4])], CheckpointConfiguration.Empty));
        byte[] whole = file.ToArray();
        for (int length = 0; length < whole.Length; length++)
        {
            using var cut = new MemoryStream(whole[..length]);
            Should.Throw<ModelException>(() => CheckpointFile.Read(cut, "cut")).Code.ShouldBe(ErrorCode.CheckpointUnreadable);
        }
    }

    [Theory]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1073741824,1073741824,4],"data_offsets":[0,4]}}""")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"w":{"dtype":"C64","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"w":{"shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"w":{"dtype":"F32","data_offsets":[0,4]}}""")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"w":5}""")]
    [InlineData("""{"w":{"dtype":"F32","shape":["a"],"data_offsets":[0,4]}}""")]
    public void Headers_that_do_not_fit_the_bytes_are_refused(string header)
    {
        using var file = new MemoryStream([.. BitConverter.GetBytes((long)header.Length), .. header.Select(c => (byte)c), 0, 0, 0, 0]);

        Should.Throw<ModelException>(() => CheckpointFile.Read(file, "lie")).Code.ShouldBe(ErrorCode.CheckpointUnreadable);
    }

    [Fact]
    public void Saving_leaves_only_the_finished_file()
    {
        using var folder = new TemporaryFolder();

        SafetensorsFile.Save(folder.File("w.safetensors"), new Checkpoint("A", [Tensor(0, ElementType.Int64, [2])], CheckpointConfiguration.Empty));

        Directory.GetFiles(folder.Path).ShouldBe([folder.File("w.safetensors")]);
        using Checkpoint saved = CheckpointFile.Load(folder.File("w.safetensors"));
        saved.Tensors.Count.ShouldBe(1);
    }

    [Fact]
    public void Half_precision_rounds_kernels_to_eleven_bits()
    {
        float[] rounded = Floats([1, 2], 0.1f, -3f).ToHalfPrecision().ToFloats();

        rounded[0].ShouldNotBe(0.1f);
        rounded[0].ShouldBe(0.1f, 0.1f / 2048);
        rounded[1].ShouldBe(-3f);
    }

    [Fact]
    public void Half_precision_leaves_counters_vectors_and_what_would_overflow()
    {
        var counter = new CheckpointTensor("n", ElementType.Int64, [], BitConverter.GetBytes(77L));
        CheckpointTensor variance = Floats([2], 7e7f, 0.1f);
        CheckpointTensor kernel = Floats([1, 2], 7e7f, 0.1f);

        counter.ToHalfPrecision().ShouldBeSameAs(counter);
        variance.ToHalfPrecision().ShouldBeSameAs(variance);
        kernel.ToHalfPrecision().ShouldBeSameAs(kernel);
    }

    private static CheckpointTensor Floats(long[] shape, params float[] values) =>
        new("w", ElementType.Float32, shape, [.. values.SelectMany(BitConverter.GetBytes)]);

    private static CheckpointTensor Tensor(int number, ElementType type, int[] shape)
    {
        byte[] data = new byte[shape.Aggregate(ElementTypes.SizeOf(type), (product, extent) => product * extent)];
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = (byte)(i * 31 + number);
        }

        return new CheckpointTensor($"t{number}", type, [.. shape.Select(e => (long)e)], data);
    }
}
