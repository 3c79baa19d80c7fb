using CellVitCluster.Model.Checkpoints;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Model.Checkpoints;

/// <summary>From PyTorch's containers to safetensors and back, tensor by tensor.</summary>
public sealed class ConversionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("container-variants/zip.pth")]
    [InlineData("container-variants/legacy.pth")]
    [InlineData("container-variants/state_dict_only.pth")]
    [InlineData("checkpoints/consep.pth")]
    [InlineData("checkpoints/ocelot.pth")]
    public void Nothing_is_lost(string file)
    {
        using Checkpoint original = CheckpointFile.Load(SharedData.Path(["goldens", "classifier", .. file.Split('/')]));
        SafetensorsFile.Save(_folder.File("converted.safetensors"), original);

        using Checkpoint converted = CheckpointFile.Load(_folder.File("converted.safetensors"));

        converted.Architecture.ShouldBe(original.Architecture);
        converted.Configuration.ToJson().ShouldBe(original.Configuration.ToJson());
        converted.Tensors.Count.ShouldBe(original.Tensors.Count);
        foreach (CheckpointTensor tensor in original.Tensors)
        {
            CheckpointTensor found = converted.Find(tensor.Name).ShouldNotBeNull(tensor.Name);
            found.ElementType.ShouldBe(tensor.ElementType);
            found.Shape.ShouldBe(tensor.Shape);
            found.ToBytes().ShouldBe(tensor.ToBytes(), tensor.Name);
        }
    }

    [Fact]
    public void Half_precision_halves_matrices_at_any_reading_position()
    {
        using Checkpoint original = CheckpointFile.Load(SharedData.Path("goldens", "classifier", "checkpoints", "consep.pth"));
        CheckpointTensor weights = original.Find("fc1.weight")!;
        CheckpointTensor half = original.ToHalfPrecision().Find("fc1.weight")!;

        half.ElementType.ShouldBe(ElementType.Float16);
        half.ByteCount.ShouldBe(weights.ByteCount / 2);
        half.ToFloats().ShouldBe(weights.ToFloats().Select(v => (float)(Half)v));
        byte[] whole = half.ToBytes();
        var part = new byte[9];
        half.Read(1235, part);
        part.ShouldBe(whole[1235..1244]);
    }

    public void Dispose() => _folder.Dispose();
}
