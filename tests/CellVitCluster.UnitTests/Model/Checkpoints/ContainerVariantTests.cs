using System.Text.Json.Nodes;
using CellVitCluster.Model.Checkpoints;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Model.Checkpoints;

/// <summary>The same dictionary in three containers, written by PyTorch itself.</summary>
public sealed class ContainerVariantTests
{
    private static readonly JsonNode Expected = JsonNode.Parse(File.ReadAllText(Variant("expected.json")))!;

    [Theory]
    [InlineData("zip.pth")]
    [InlineData("legacy.pth")]
    [InlineData("state_dict_only.pth")]
    public void Every_tensor_has_its_type_shape_and_values(string file)
    {
        Checkpoint checkpoint = CheckpointFile.Load(Variant(file));

        checkpoint.Tensors.Count.ShouldBe(Expected["values"]!.AsObject().Count);
        foreach ((string name, JsonNode? expected) in Expected["values"]!.AsObject())
        {
            CheckpointTensor tensor = checkpoint.Find(name).ShouldNotBeNull(name);
            $"torch.{tensor.ElementType}".ShouldBe(expected!["dtype"]!.GetValue<string>() switch { "torch.bool" => "torch.boolean", string other => other }, StringCompareShould.IgnoreCase);
            tensor.Shape.ShouldBe(expected["shape"]!.AsArray().Select(e => e!.GetValue<long>()), name);
            tensor.ToFloats().ShouldBe(expected["row_major_values"]!.AsArray().Select(v => (float)v!.GetValue<double>()), name);
        }
    }

    [Theory]
    [InlineData("zip.pth")]
    [InlineData("legacy.pth")]
    public void Configuration_keeps_the_types_of_its_values(string file)
    {
        CheckpointConfiguration configuration = CheckpointFile.Load(Variant(file)).Configuration;

        configuration.Int32("data.num_classes").ShouldBe(2);
        configuration.Int32("model.hidden_dim").ShouldBe(4);
        configuration.Int32("neg").ShouldBe(-7);
        configuration.Boolean("flag").ShouldBe(true);
        configuration.Numbers("weights").ShouldBe([1.5, 2.0]);
        configuration.LabelMap("data.label_map")[0].ShouldBe((0, "A"));
    }

    [Theory]
    [InlineData("zip.pth")]
    [InlineData("legacy.pth")]
    [InlineData("state_dict_only.pth")]
    public void A_file_cut_anywhere_is_refused_as_unreadable(string file)
    {
        byte[] whole = File.ReadAllBytes(Variant(file));
        for (int length = 0; length < whole.Length; length += 13)
        {
            using var cut = new MemoryStream(whole[..length]);
            Should.Throw<CellVitCluster.Domain.Errors.ModelException>(() => CheckpointFile.Read(cut, file), $"{length} of {whole.Length} bytes")
                .Code.ShouldBe(CellVitCluster.Domain.Errors.ErrorCode.CheckpointUnreadable);
        }
    }

    [Fact]
    public void A_damaged_byte_gives_values_or_a_refusal_and_no_other_exception()
    {
        byte[] whole = File.ReadAllBytes(Variant("legacy.pth"));
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x5a;
            try
            {
                CheckpointFile.Read(new MemoryStream(damaged), "damaged");
            }
            catch (CellVitCluster.Domain.Errors.ModelException refusal)
            {
                refusal.Message.ShouldContain("damaged");
            }
        }
    }

    private static string Variant(string file) => SharedData.Path("goldens", "classifier", "container-variants", file);
}
