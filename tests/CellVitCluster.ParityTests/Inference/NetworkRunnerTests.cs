using CellVitCluster.Inference.Batching;
using CellVitCluster.Inference.Preprocessing;
using CellVitCluster.Inference.Verification;
using CellVitCluster.Model;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Devices;
using CellVitCluster.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace CellVitCluster.ParityTests.Inference;

public sealed class NetworkRunnerTests : IDisposable
{
    private static readonly PictureFile Picture = PictureFile.Load(SharedData.Path("goldens", "tiles", "tile_a_256.png"));

    private readonly LoadedModel _model = LoadedModel.Load(ModelCatalog.Installed.Resolve(null), InferenceDevice.Cpu);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Arrays_say_what_the_raw_outputs_say()
    {
        using var runner = new NetworkRunner(_model, keepProbability: true);
        using var normalizer = new InputNormalizer(_model);
        using NetworkResult result = runner.Run([Picture.Rgb], 256, 256)[0];
        using Tensor input = normalizer.Normalize(1, 256, 256, _ => Picture.Rgb);
        using NetworkOutput raw = _model.Forward(input, BranchSelection.Maps);
        float[] logits = Plain(raw.NucleiBinaryMap!);
        float[] distances = Plain(raw.DistanceMap!);

        const int pixels = 256 * 256;
        for (int i = 0; i < pixels; i++)
        {
            float probability = 1 / (1 + MathF.Exp(logits[i] - logits[pixels + i]));
            result.Maps.NucleusProbability![i].ShouldBe(probability, 1e-5f);
            result.Maps.Nucleus[i].ShouldBe(result.Maps.NucleusProbability[i] > 0.5f ? (byte)1 : (byte)0);
        }

        result.Maps.Horizontal.ShouldBe(distances[..pixels]);
        result.Maps.Vertical.ShouldBe(distances[pixels..]);
        result.Maps.Class.ShouldAllBe(c => c == 1);
        result.Tokens.Values.ShouldBe(Plain(raw.Tokens));
        (result.Tokens.Width, result.Tokens.Rows, result.Tokens.Columns, result.Tokens.PatchSize, result.Tokens.InputScale).ShouldBe((192, 16, 16, 16, 1));
    }

    [Fact]
    public void Class_probabilities_are_the_soft_max_of_the_class_branch_in_units_of_a_255th()
    {
        new ForwardModel(SharedData.Path("goldens", "forward", "tiny-vit")).Use("tile_a_256", InferenceDevice.Cpu, model =>
        {
            using var runner = new NetworkRunner(model, keepClassProbabilities: true);
            using var normalizer = new InputNormalizer(model);
            using NetworkResult result = runner.Run([Picture.Rgb], 256, 256)[0];
            using Tensor input = normalizer.Normalize(1, 256, 256, _ => Picture.Rgb);
            using NetworkOutput raw = model.Forward(input, BranchSelection.Maps);
            using Tensor softMax = softmax(raw.NucleiTypeMap!, dim: 1);
            float[] expected = Plain(softMax);
            IReadOnlyList<byte[]> planes = result.Maps.ClassProbability!;

            planes.Count.ShouldBe(6);
            const int pixels = 256 * 256;
            for (int i = 0; i < pixels; i++)
            {
                for (int id = 0; id < 6; id++)
                {
                    (planes[id][i] / 255f).ShouldBe(expected[(id * pixels) + i], (0.5f / 255) + 1e-4f);
                }
            }

            return planes.Count;
        });
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Class_probabilities_come_only_when_they_are_asked_for_and_the_branch_is_computed(bool classes, bool keep)
    {
        new ForwardModel(SharedData.Path("goldens", "forward", "tiny-vit")).Use("tile_a_256", InferenceDevice.Cpu, model =>
        {
            using var runner = new NetworkRunner(model, classes, keepClassProbabilities: keep);
            using NetworkResult result = runner.Run([Picture.Rgb], 256, 256)[0];
            result.Maps.ClassProbability.ShouldBeNull();
            return true;
        });
    }

    [Fact]
    public void Results_of_a_batch_come_in_order()
    {
        PictureFile other = PictureFile.Load(SharedData.Path("goldens", "tiles", "tile_b_256.png"));
        using var runner = new NetworkRunner(_model);
        IReadOnlyList<NetworkResult> batch = runner.Run([Picture.Rgb, other.Rgb], 256, 256);
        using NetworkResult first = batch[0], second = batch[1];
        using NetworkResult alone = runner.Run([other.Rgb], 256, 256)[0];

        Agreement(second.Maps.Nucleus, alone.Maps.Nucleus).ShouldBeGreaterThan(0.9999);
        Agreement(first.Maps.Nucleus, alone.Maps.Nucleus).ShouldBeLessThan(0.99);
    }

    /// <summary>The device thread goes on while another thread takes the results.</summary>
    [Fact]
    public async Task A_batch_may_be_completed_by_another_thread_once_and_after_its_pixels_and_its_runner_are_gone()
    {
        byte[] pixels = [.. Picture.Rgb];
        using var reference = new NetworkRunner(_model);
        using NetworkResult expected = reference.Run([Picture.Rgb], 256, 256)[0];
        var runner = new NetworkRunner(_model);
        NetworkBatch first = runner.Begin([pixels], 256, 256);
        Array.Clear(pixels);
        using NetworkBatch second = runner.Begin([pixels], 256, 256);
        runner.Dispose();

        using NetworkResult result = (await Task.Run(first.Complete))[0];

        result.Maps.Nucleus.ShouldBe(expected.Maps.Nucleus);
        result.Tokens.Values.ShouldBe(expected.Tokens.Values);
        first.DeviceSeconds.ShouldBeGreaterThan(0);
        Should.Throw<ObjectDisposedException>(first.Complete);
    }

    [Fact]
    public void No_images_give_no_results_and_wrong_sizes_are_refused()
    {
        using var runner = new NetworkRunner(_model);

        runner.Run([], 256, 256).ShouldBeEmpty();
        Should.Throw<ArgumentException>(() => runner.Run([Picture.Rgb], 512, 256)).Message.ShouldContain("512 × 256");
    }

    [Fact]
    public void Runs_leave_no_tensor_behind_and_a_disposed_result_refuses_to_be_read()
    {
        using var runner = new NetworkRunner(_model);
        NetworkResult result = runner.Run([Picture.Rgb], 256, 256)[0];
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        runner.Run([Picture.Rgb], 256, 256)[0].Dispose();
        result.Dispose();
        result.Dispose();

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
        Should.Throw<ObjectDisposedException>(() => result.Maps);
    }

    [Fact]
    public void A_network_that_shrinks_its_input_says_by_how_much()
    {
        var recorded = new ForwardModel(SharedData.Path("goldens", "forward", "tiny-virchow"));
        TokenMap tokens = recorded.Use("tile_a_256", InferenceDevice.Cpu, model =>
        {
            using var runner = new NetworkRunner(model);
            using NetworkResult result = runner.Run([Picture.Rgb], 256, 256)[0];
            return result.Tokens;
        });

        (tokens.Rows, tokens.Columns, tokens.PatchSize, tokens.InputScale).ShouldBe((18, 18, 14, 252 / 256.0));
        recorded.Use("mosaic_1024", InferenceDevice.Cpu, model => model.Configuration.EncoderSide(1024)).ShouldBe(1022);
    }

    private static double Agreement(byte[] a, byte[] b) => a.Zip(b).Count(p => p.First == p.Second) / (double)a.Length;

    private static float[] Plain(Tensor tensor)
    {
        using Tensor dense = tensor.contiguous();
        return dense.data<float>().ToArray();
    }
}
