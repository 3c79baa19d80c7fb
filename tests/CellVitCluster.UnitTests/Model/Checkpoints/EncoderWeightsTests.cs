using System.Text.Json.Nodes;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Checkpoints;
using CellVitCluster.Model.Checkpoints.Bytes;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Model.Checkpoints;

/// <summary>Publishers' names, made from the keys and shapes of the goldens' networks.</summary>
public sealed class EncoderWeightsTests
{
    [Theory]
    [InlineData("tiny-vit", "", "default", 96, 16, 0)]
    [InlineData("tiny-uni", "", "UNI", 64, 16, 0)]
    [InlineData("tiny-virchow", "", "Virchow", 96, 14, 0)]
    [InlineData("tiny-virchow2", "", "Virchow2", 48, 14, 4)]
    [InlineData("tiny-sam", "image_encoder.", "SAM", 80, 16, 0)]
    [InlineData("tiny-vit", "module.backbone.", "default", 96, 16, 0)]
    [InlineData("vit256-official", "backbone.", "ViT256", 384, 16, 0)]
    [InlineData("samb-official", "image_encoder.", "SAM-B", 768, 16, 0)]
    public void Published_names_become_those_of_the_network(string golden, string prefix, string backbone, int width, int patch, int registers)
    {
        (string Key, long[] Shape)[] whole = Encoder(golden);
        Checkpoint published = Make([.. whole.Where(t => !t.Key.StartsWith("head.", StringComparison.Ordinal)).Select(t => (prefix + t.Key, t.Shape))]);

        EncoderWeights.IsEncoder(published).ShouldBeTrue();
        CheckpointFacts.Of(published).Kind.ShouldBe(CheckpointKind.Encoder);
        Checkpoint adapted = EncoderWeights.Adapt(published, golden);

        adapted.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal)
            .ShouldBe(whole.Where(t => !t.Key.StartsWith("head.", StringComparison.Ordinal)).Select(t => "encoder." + t.Key).Order(StringComparer.Ordinal));
        adapted.Configuration.Text("model.backbone").ShouldBe(backbone);
        adapted.Configuration.Int32("model.embed_dim").ShouldBe(width);
        adapted.Configuration.Int32("model.depth").ShouldBe(backbone is "ViT256" or "SAM-B" ? 12 : 4);
        adapted.Configuration.Int32("model.patch_size").ShouldBe(patch);
        adapted.Configuration.Int32("model.register_tokens").ShouldBe(registers);
    }

    [Theory]
    [InlineData("tiny-sam", 5)]
    [InlineData("samb-official", 12)]
    [InlineData("vit256-official", 6)]
    [InlineData("tiny-vit", null)]
    public void Heads_are_stated_only_where_they_are_known(string golden, int? heads) =>
        EncoderWeights.Adapt(Make(Encoder(golden)), golden).Configuration.Int32("model.num_heads").ShouldBe(heads);

    [Fact]
    public void Other_networks_of_the_file_are_dropped_and_values_stay_with_their_names()
    {
        (string, long[])[] encoder = [.. Encoder("tiny-vit").Select(t => ("teacher.backbone." + t.Key, t.Shape))];
        Checkpoint published = Make(
        [
            .. encoder.Select(t => ("student" + t.Item1["teacher".Length..], t.Item2)), .. encoder, ("teacher.head.mlp.0.weight", [8, 96]), ("student.head.mlp.0.weight", [8, 96]),
        ]);
        byte[] values = BitConverter.GetBytes(7f);
        published = published with
        {
            Tensors =
            [
                .. published.Tensors.Select(t => t.Name == "teacher.backbone.norm.bias"
                    ? new CheckpointTensor(t.Name, ElementType.Float32, t.Shape, [.. Enumerable.Repeat(values, 96).SelectMany(v => v)])
                    : t),
            ],
        };

        Checkpoint adapted = EncoderWeights.Adapt(published, "dino.pth");

        adapted.Find("encoder.norm.bias")!.ToFloats().ShouldAllBe(v => v == 7f, "the teacher's values, not the student's");
        adapted.Tensors.Count.ShouldBe(encoder.Length - 2);
    }

    [Fact]
    public void Adapting_twice_is_adapting_once()
    {
        Checkpoint once = EncoderWeights.Adapt(Make(Encoder("tiny-uni")), "uni");
        Checkpoint twice = EncoderWeights.Adapt(once, "uni");

        twice.Tensors.Select(t => t.Name).ShouldBe(once.Tensors.Select(t => t.Name));
        twice.Configuration.ToJson().ShouldBe(once.Configuration.ToJson());
    }

    [Fact]
    public void What_does_not_fit_is_listed_at_once()
    {
        Checkpoint published = Make(
        [
            .. Encoder("tiny-uni").Where(t => t.Key != "blocks.2.ls2.gamma")
                .Select(t => t.Key == "blocks.1.attn.qkv.bias" ? (t.Key, [7]) : t),
            ("blocks.0.adapter.weight", [3]),
        ]);

        ModelException refusal = Should.Throw<ModelException>(() => EncoderWeights.Adapt(published, "uni.bin"));

        refusal.Code.ShouldBe(ErrorCode.CheckpointMismatch);
        refusal.Why.ShouldContain("missing keys: blocks.2.ls2.gamma;");
        refusal.Why.ShouldContain("unexpected keys: blocks.0.adapter.weight;");
        refusal.Why.ShouldContain("blocks.1.attn.qkv.bias [7] instead of [192]");
    }

    [Fact]
    public void A_whole_network_and_a_classifier_are_no_encoders()
    {
        EncoderWeights.IsEncoder(Make(Network("tiny-vit"))).ShouldBeFalse();
        EncoderWeights.IsEncoder(Make([("fc1.weight", [4, 8]), ("fc2.weight", [2, 4])])).ShouldBeFalse();
        Should.Throw<ModelException>(() => EncoderWeights.Adapt(Make(Network("tiny-vit")), "whole.pth")).Why.ShouldContain("more");
        CheckpointFacts.Of(Make([("fc1.weight", [4, 8]), ("fc1.bias", [4]), ("fc2.weight", [2, 4]), ("fc2.bias", [2])])).Kind.ShouldBe(CheckpointKind.Classifier);
    }

    [Fact]
    public void A_block_number_without_end_is_refused() =>
        EncoderWeights.IsEncoder(Make([.. Encoder("tiny-vit"), ("blocks.2000000000.norm1.weight", [96])])).ShouldBeFalse();

    [Theory]
    [InlineData("tiny-vit")]
    [InlineData("vit256-official")]
    [InlineData("samb-official")]
    public void Parameters_are_counted_as_the_publisher_counts_them(string golden) =>
        CheckpointFacts.Of(Make(Network(golden))).Parameters.ShouldBe(Model(golden)["parameters"]!.GetValue<long>());

    private static (string Key, long[] Shape)[] Encoder(string golden) =>
        [.. Network(golden).Where(t => t.Key.StartsWith("encoder.", StringComparison.Ordinal)).Select(t => (t.Key["encoder.".Length..], t.Shape))];

    private static (string Key, long[] Shape)[] Network(string golden) =>
        [.. Model(golden)["state_dict"]!.AsArray().Select(t => (t![0]!.GetValue<string>(), t[1]!.AsArray().Select(e => e!.GetValue<long>()).ToArray()))];

    private static JsonNode Model(string golden) => JsonNode.Parse(File.ReadAllText(SharedData.Path("goldens", "forward", golden, "model.json")))!;

    private static Checkpoint Make((string Key, long[] Shape)[] tensors) => new(
        string.Empty,
        [.. tensors.Select(t => new CheckpointTensor(t.Key, ElementType.Float32, t.Shape, new Zeros(t.Shape.Aggregate(4L, (p, e) => p * e))))],
        CheckpointConfiguration.Empty);

    private sealed class Zeros(long length) : ByteSource
    {
        public override long Length => length;

        public override void Read(long offset, Span<byte> target) => target.Clear();
    }
}
