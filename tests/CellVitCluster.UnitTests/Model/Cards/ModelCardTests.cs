using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Cards;
using CellVitCluster.Model.Checkpoints;
using CellVitCluster.Model.Networks;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Model.Cards;

public sealed class ModelCardTests
{
    [Fact]
    public void The_starter_is_the_default_and_its_card_tells_the_truth_about_its_weights()
    {
        ModelCard card = ModelCatalog.Installed.Resolve(null);

        card.Name.ShouldBe("starter");
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(card.WeightsPath))).ShouldBe(card.Sha256);
        NetworkConfiguration network = NetworkConfiguration.From(CheckpointFile.Load(card.WeightsPath), card.Weights);
        network.Architecture.ShouldBe(card.Architecture);
        network.EmbeddingWidth.ShouldBe(card.EmbeddingWidth);
        network.PatchSize.ShouldBe(card.PatchSize);
        network.Mean.ShouldBe(card.Mean);
        network.StandardDeviation.ShouldBe(card.StandardDeviation);
        network.ClassNames.ShouldBe(card.Taxonomy.Classes.Select(c => c.Name));
        card.Separation.ShouldBe(new SeparationConstants(-9.5e10, 8.2e10, 0.4375) { MarkerMinimumPixels = 40 });
        card.License.ShouldBe("CC-BY-4.0");
        card.Attribution.ShouldContain("Naylor");
    }

    [Fact]
    public void The_shipped_weights_are_the_original_ones_rounded_to_half_precision()
    {
        Checkpoint shipped = CheckpointFile.Load(ModelCatalog.Installed.Resolve("starter").WeightsPath);
        Checkpoint original = CheckpointFile.Load(SharedData.Path("models", "starter.pth"));

        shipped.Configuration.ToJson().ShouldBe(original.Configuration.ToJson());
        shipped.Tensors.Count.ShouldBe(original.Tensors.Count);
        foreach (CheckpointTensor tensor in original.Tensors)
        {
            shipped.Find(tensor.Name).ShouldNotBeNull().ToFloats().ShouldBe(tensor.ToHalfPrecision().ToFloats());
        }
    }

    [Fact]
    public void A_card_survives_writing_and_reading()
    {
        using var folder = new TemporaryFolder();
        ModelCard card = ModelCatalog.Installed.Resolve("starter");
        File.WriteAllText(folder.File("copy.json"), card.ToJson());

        ModelCard copy = ModelCard.Load(folder.File("copy.json"));

        copy.ToJson().ShouldBe(card.ToJson());
        copy.WeightsPath.ShouldBe(folder.File("starter.safetensors"));
    }

    [Fact]
    public void Entries_that_a_card_may_leave_out_have_their_defaults()
    {
        using var folder = new TemporaryFolder();
        JsonObject card = JsonNode.Parse(File.ReadAllText(ModelCatalog.Installed.CardPath("starter")!))!.AsObject();
        foreach (string optional in (string[])["separation", "trainingData", "license", "attribution", "scores", "limits"])
        {
            card.Remove(optional).ShouldBeTrue(optional);
        }

        File.WriteAllText(folder.File("short.json"), card.ToJsonString());
        ModelCard read = ModelCard.Load(folder.File("short.json"));

        read.Separation.ShouldBe(SeparationConstants.Default);
        read.Scores.ShouldBeEmpty();
        (read.TrainingData + read.License + read.Attribution + read.Limits).ShouldBeEmpty();
        read.WeightsPath.ShouldBe(folder.File("starter.safetensors"));
    }

    [Theory]
    [InlineData("\"name\"", "\"nmae\"", "nmae")]
    [InlineData("\"tileSize\": 1024", "\"tileSize\": 1000", "tileSize")]
    [InlineData("\"version\": 1", "\"version\": 2", "version is 2")]
    [InlineData("\"sha256\": \"", "\"sha256\": \"G", "sha256")]
    [InlineData("\"threshold\": 0.4375", "\"threshold\": 1.5", "threshold")]
    [InlineData("\"markerMinimumPixels\": 40", "\"markerMinimumPixels\": 0", "markerMinimumPixels")]
    [InlineData("\"id\": 1", "\"id\": 4", "taxonomy")]
    public void A_faulty_card_is_refused_with_the_entry(string entry, string replacement, string named)
    {
        using var folder = new TemporaryFolder();
        string card = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "configs", "models", "starter.json"));
        card.ShouldContain(entry);
        File.WriteAllText(folder.File("faulty.json"), card.Replace(entry, replacement, StringComparison.Ordinal));

        ModelException refusal = Should.Throw<ModelException>(() => ModelCard.Load(folder.File("faulty.json")));

        refusal.Code.ShouldBe(ErrorCode.ModelCardInvalid);
        refusal.Why.ShouldContain(named);
    }

    [Fact]
    public void Bare_weights_get_a_card_from_what_they_say_about_themselves()
    {
        ModelCard card = ModelCatalog.Installed.Resolve(SharedData.Path("models", "starter.pth"));

        card.Architecture.ShouldBe("CellViTSlim");
        card.EmbeddingWidth.ShouldBe(192);
        card.Taxonomy.Classes.Select(c => c.Name).ShouldBe(["Background", "Nucleus"]);
        card.Taxonomy.Classes[0].ShouldBe(PanNukeTaxonomy.Instance.Classes[0]);
    }

    [Fact]
    public void Six_unnamed_classes_are_those_of_PanNuke_and_other_names_keep_known_colors()
    {
        PanNukeTaxonomy.For([], 6).ShouldBeSameAs(PanNukeTaxonomy.Instance);

        var mixed = PanNukeTaxonomy.For(["Background", "Inflammatory", "Mitotic"], 3);
        (mixed[1].Red, mixed[1].Green, mixed[1].Blue).ShouldBe(((byte)34, (byte)221, (byte)77));
        mixed[2].Name.ShouldBe("Mitotic");
    }

    [Theory]
    [InlineData("no-such-model")]
    [InlineData("../starter")]
    [InlineData("/nowhere/at/all.pth")]
    public void Unknown_models_are_missing_and_the_installed_ones_are_named(string name)
    {
        ModelException refusal = Should.Throw<ModelException>(() => ModelCatalog.Installed.Resolve(name));

        refusal.Code.ShouldBe(ErrorCode.ModelMissing);
        refusal.Why.ShouldContain("starter");
    }
}
