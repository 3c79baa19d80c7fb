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
    [InlineData("CellViTSAM", "{}", "CellViTSAM")]
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
