using CellVitCluster.Domain.Errors;
using CellVitCluster.Model;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Checkpoints;
using CellVitCluster.Model.Devices;
using CellVitCluster.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace CellVitCluster.ParityTests.Model;

public sealed class LoadedModelTests
{
    private static readonly ModelCard Starter = ModelCatalog.Installed.Resolve(null);

    [Fact]
    public void Two_hundred_passes_leave_no_tensor_behind()
    {
        using LoadedModel model = LoadedModel.Load(Starter, InferenceDevice.Cpu);
        using Tensor input = Input(1, 64);
        model.Forward(input, BranchSelection.All).Dispose();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        long memory = 0;

        for (int pass = 0; pass < 200; pass++)
        {
            model.Forward(input, BranchSelection.All).Dispose();
            memory = pass == 20 ? Environment.WorkingSet : memory;
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
        // A leak of the maps alone would add 200 × 100 kB × layers; the allocator's own slack stays far below this.
        (Environment.WorkingSet - memory).ShouldBeLessThan(64L << 20);
    }

    [Fact]
    public void Only_the_wanted_branches_are_computed()
    {
        using LoadedModel model = LoadedModel.Load(Starter, InferenceDevice.Cpu);
        using Tensor input = Input(1, 64);
        using NetworkOutput all = model.Forward(input, BranchSelection.All);
        using NetworkOutput one = model.Forward(input, BranchSelection.Distances);

        one.NucleiBinaryMap.ShouldBeNull();
        one.NucleiTypeMap.ShouldBeNull();
        one.TissueTypes.ShouldBeNull();
        one.DistanceMap!.shape.ShouldBe([1, 2, 64, 64]);
        Largest(one.DistanceMap - all.DistanceMap!).ShouldBe(0);
        Largest(one.Tokens - all.Tokens).ShouldBe(0);
    }

    [Fact]
    public void Images_of_a_batch_do_not_influence_each_other()
    {
        using LoadedModel model = LoadedModel.Load(Starter, InferenceDevice.Cpu);
        using Tensor input = Input(2, 96);
        using NetworkOutput both = model.Forward(input, BranchSelection.Maps);
        using Tensor second = input[1..];
        using NetworkOutput alone = model.Forward(second, BranchSelection.Maps);

        Largest(both.NucleiBinaryMap![1..] - alone.NucleiBinaryMap!).ShouldBeLessThan(1e-4);
        Largest(both.DistanceMap![1..] - alone.DistanceMap!).ShouldBeLessThan(1e-4);
    }

    [Fact]
    public void The_starter_says_nucleus_everywhere_in_its_class_branch()
    {
        using LoadedModel model = LoadedModel.Load(Starter, InferenceDevice.Cpu);
        using Tensor input = Input(1, 64);
        using NetworkOutput output = model.Forward(input, BranchSelection.Classes);

        model.ConstantClass.ShouldBe((byte)1);
        using Tensor classes = output.NucleiTypeMap!.argmax(1, false);
        classes.min().item<long>().ShouldBe(1);
    }

    [Fact]
    public void Every_key_that_does_not_fit_is_named_at_once()
    {
        Checkpoint whole = CheckpointFile.Load(Starter.WeightsPath);
        CheckpointTensor[] tensors =
        [
            .. whole.Tensors.Where(t => t.Name is not ("encoder.norm.bias" or "decoder0.0.block.0.bias")),
            new CheckpointTensor("decoder9.weight", ElementType.Float32, [1], new byte[4]),
            new CheckpointTensor("encoder.norm.bias", ElementType.Float32, [3], new byte[12]),
        ];

        ModelException refusal = Should.Throw<ModelException>(() => LoadedModel.Create(whole with { Tensors = tensors }, "changed.pth", InferenceDevice.Cpu));

        refusal.Code.ShouldBe(ErrorCode.CheckpointMismatch);
        refusal.Why.ShouldContain("Missing keys: decoder0.0.block.0.bias;");
        refusal.Why.ShouldContain("unexpected keys: decoder9.weight;");
        refusal.Why.ShouldContain("encoder.norm.bias [3] instead of [192]");
    }

    [Fact]
    public void Weights_that_are_not_the_cards_or_not_there_are_refused()
    {
        using var folder = new TemporaryFolder();
        byte[] weights = File.ReadAllBytes(Starter.WeightsPath);
        weights[^1] ^= 1;
        File.WriteAllBytes(folder.File("other.safetensors"), weights);

        Should.Throw<ModelException>(() => LoadedModel.Load(Starter with { WeightsPath = folder.File("other.safetensors") }, InferenceDevice.Cpu))
            .Code.ShouldBe(ErrorCode.ModelDigestMismatch);
        Should.Throw<ModelException>(() => LoadedModel.Load(Starter with { WeightsPath = folder.File("none.safetensors") }, InferenceDevice.Cpu))
            .Code.ShouldBe(ErrorCode.ModelMissing);
        Should.Throw<ModelException>(() => LoadedModel.Load(Starter with { EmbeddingWidth = 384 }, InferenceDevice.Cpu))
            .Code.ShouldBe(ErrorCode.CheckpointMismatch);
    }

    [Theory]
    [InlineData(60, 64, 3)]
    [InlineData(64, 72, 3)]
    [InlineData(64, 64, 1)]
    public void Inputs_that_patches_do_not_divide_are_refused(int height, int width, int channels)
    {
        using LoadedModel model = LoadedModel.Load(Starter, InferenceDevice.Cpu);
        using Tensor input = zeros(1, channels, height, width);

        Should.Throw<ArgumentException>(() => model.Forward(input, BranchSelection.Maps));
    }

    private static Tensor Input(int batch, int side)
    {
        using var generator = new Generator(7);
        return rand([batch, 3, side, side], generator: generator) * 2 - 1;
    }

    private static double Largest(Tensor difference)
    {
        using Tensor largest = difference.abs().max();
        return largest.item<float>();
    }
}
