using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Checkpoints;
using CellVitCluster.Model.Networks;

namespace CellVitCluster.UnitTests.Model.Networks;

public sealed class NetworkConfigurationTests
{
    [Fact]
    public void The_published_small_network_needs_only_its_class_count()
    {
        NetworkConfiguration network = From("CellViT256", """{"data":{"num_nuclei_classes":6,"num_tissue_classes":19}}""", [1, 197, 384]);

        network.Taps.ShouldBe([3, 6, 9, 12]);
        network.PositionGridSide.ShouldBe(14);
        network.Widths.ShouldBe(new DecoderWidths(256, 128, 312, 256, 128, 64, 32));
        network.Mean.ShouldBe([0.5f, 0.5f, 0.5f]);
        network.HasRegression.ShouldBeFalse();
    }

    [Fact]
    public void Tokens_of_512_and_wider_get_the_wide_decoders()
    {
        const string settings = """{"model":{"embed_dim":512,"depth":4,"num_heads":8,"extract_layers":[1,2,3,4]},"data":{"num_nuclei_classes":6}}""";

        From("CellViT", settings, [1, 197, 512]).Widths.ShouldBe(new DecoderWidths(512, 256, 512, 256, 128, 64, 32));
    }

    [Theory]
    [InlineData("CellViT256Shared", "{}", "CellViT256Shared")]
    [InlineData("CellViTSAM", """{"data":{"num_nuclei_classes":6}}""", "'model.backbone' is missing; SAM-B, SAM-L, SAM-H are known")]
    [InlineData("CellViTSAM", """{"data":{"num_nuclei_classes":6},"model":{"backbone":"SAM-X"}}""", "'model.backbone' is 'SAM-X'; SAM-B, SAM-L, SAM-H")]
    [InlineData("CellViTSAM", """{"data":{"num_nuclei_classes":6},"model":{"embed_dim":80,"depth":4,"num_heads":5,"extract_layers":[1,2,3,4]}}""", "'model.global_attn_indexes' is []")]
    [InlineData("CellViTSAM", """{"data":{"num_nuclei_classes":6},"model":{"backbone":"SAM-B","global_attn_indexes":[2,12]}}""", "[2, 12]")]
    [InlineData("CellViTSAM", """{"data":{"num_nuclei_classes":6},"model":{"backbone":"SAM-B"}}""", "[1, 197, 384]")]
    [InlineData("CellViTVirchow2", """{"data":{"num_nuclei_classes":6}}""", "5 entries and a square grid")]
    [InlineData("CellViT", """{"data":{"num_nuclei_classes":6}}""", "model.embed_dim")]
    [InlineData("CellViT256", "{}", "data.num_nuclei_classes")]
    [InlineData("CellViT", """{"model":{"embed_dim":96,"depth":4,"num_heads":5,"extract_layers":[1,2,3,4]},"data":{"num_nuclei_classes":6}}""", "5 heads")]
    [InlineData("CellViT", """{"model":{"embed_dim":96,"depth":4,"num_heads":3,"extract_layers":[1,2,3,9]},"data":{"num_nuclei_classes":6}}""", "9")]
    [InlineData("CellViT256", """{"data":{"num_nuclei_classes":6},"transformations":{"normalize":{"std":[0.5,0,0.5]}}}""", "normalize.std")]
    public void What_cannot_be_built_is_refused_with_the_setting(string architecture, string settings, string named)
    {
        ModelException refusal = Should.Throw<ModelException>(() => From(architecture, settings, [1, 197, 384]));

        refusal.Code.ShouldBe(ErrorCode.CheckpointMismatch);
        refusal.Why.ShouldContain(named);
    }

    [Theory]
    [InlineData("SAM-B", 768, 12, 12, new[] { 3, 6, 9, 12 }, new[] { 2, 5, 8, 11 })]
    [InlineData("sam-l", 1024, 24, 16, new[] { 6, 12, 18, 24 }, new[] { 5, 11, 17, 23 })]
    [InlineData("Sam-H", 1280, 32, 16, new[] { 8, 16, 24, 32 }, new[] { 7, 15, 23, 31 })]
    public void The_backbone_tells_the_size_of_sam_in_any_case(string backbone, int width, int depth, int heads, int[] taps, int[] globalBlocks)
    {
        NetworkConfiguration network = From(
            "CellViTSAM", $$$"""{"data":{"num_nuclei_classes":6},"model":{"backbone":"{{{backbone}}}"}}""", [1, 64, 64, width]);

        (network.EmbeddingWidth, network.Depth, network.Heads, network.HiddenWidth).ShouldBe((width, depth, heads, 4 * width));
        network.Taps.ShouldBe(taps);
        network.GlobalBlocks.ShouldBe(globalBlocks);
        network.PositionGridSide.ShouldBe(64);
    }

    [Theory]
    [InlineData("CellViTUNI", 197, 1024, 16, 14, 4096, 0)]
    [InlineData("CellViTVirchow", 257, 1280, 14, 16, 6832, 0)]
    [InlineData("CellViTVirchow2", 261, 1280, 14, 16, 6832, 4)]
    public void Foundation_networks_have_their_published_sizes(string architecture, int entries, int width, int patch, int grid, int hidden, int registers)
    {
        NetworkConfiguration network = From(architecture, """{"data":{"num_nuclei_classes":6}}""", [1, entries, width]);

        (network.EmbeddingWidth, network.Heads, network.PatchSize).ShouldBe((width, 16, patch));
        (network.PositionGridSide, network.HiddenWidth, network.RegisterCount).ShouldBe((grid, hidden, registers));
        network.GlobalBlocks.ShouldBeEmpty();
    }

    [Fact]
    public void Stated_sizes_go_before_published_ones()
    {
        const string settings = """{"model":{"embed_dim":48,"depth":4,"num_heads":3,"extract_layers":[1,2,3,4]},"data":{"num_nuclei_classes":6}}""";
        NetworkConfiguration network = From("CellViTVirchow2", settings, [1, 261, 48]);

        // 48 · 5.3375 = 256.2
        (network.EmbeddingWidth, network.Depth, network.Heads, network.HiddenWidth).ShouldBe((48, 4, 3, 256));
        network.Taps.ShouldBe([1, 2, 3, 4]);
    }

    [Theory]
    [InlineData("CellViT256", 197, 224, 512, true)]
    [InlineData("CellViT256", 197, 250, 256, false)]
    [InlineData("CellViTUNI", 197, 256, 2048, true)]
    [InlineData("CellViTVirchow", 257, 256, 256, true)]
    [InlineData("CellViTVirchow", 257, 1024, 1024, true)]
    [InlineData("CellViTVirchow", 257, 252, 252, false)]
    [InlineData("CellViTVirchow", 257, 256, 1024, false)]
    [InlineData("CellViT256", 197, 0, 256, false)]
    public void Images_of_some_sizes_are_taken(string architecture, int entries, int height, int width, bool taken) =>
        InputSides.Accepts(From(architecture, """{"data":{"num_nuclei_classes":6}}""", [1, entries, 8]), height, width).ShouldBe(taken);

    [Theory]
    [InlineData(224, 224, true)]
    [InlineData(1024, 1024, true)]
    [InlineData(256, 512, false)]
    [InlineData(1040, 1040, false)]
    public void Sam_takes_squares_that_its_position_table_covers(int height, int width, bool taken) =>
        InputSides.Accepts(From("CellViTSAM", """{"data":{"num_nuclei_classes":6},"model":{"backbone":"SAM-B"}}""", [1, 64, 64, 8]), height, width)
            .ShouldBe(taken);

    [Fact]
    public void Virchow_shrinks_what_it_sees()
    {
        NetworkConfiguration network = From("CellViTVirchow", """{"data":{"num_nuclei_classes":6}}""", [1, 257, 1280]);

        network.EncoderSide(1024).ShouldBe(1022);
        network.EncoderSide(256).ShouldBe(252);
        Should.Throw<ArgumentException>(() => network.EncoderSide(512)).Message.ShouldContain("256 or 1024");
    }

    [Fact]
    public void A_position_table_without_a_square_grid_is_refused()
    {
        Should.Throw<ModelException>(() => From("CellViT256", """{"data":{"num_nuclei_classes":6}}""", [1, 200, 384])).Why.ShouldContain("[1, 200, 384]");
    }

    private static NetworkConfiguration From(string architecture, string settings, long[] positions)
    {
        var table = new CheckpointTensor("encoder.pos_embed", ElementType.Float16, positions, new byte[positions.Aggregate(2L, (p, e) => p * e)]);
        return NetworkConfiguration.From(new Checkpoint(architecture, [table], CheckpointConfiguration.FromJson(settings)), "test.pth");
    }
}
