using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Cards;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Model.Cards;

public sealed class ModelImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Starter => SharedData.Path("models", "starter.pth");

    [Fact]
    public void A_checkpoint_becomes_a_model_that_is_found_by_name()
    {
        var catalog = new ModelCatalog(ModelFolders.Shipped, _folder.Path);

        new ModelImport(_folder.Path, catalog).Import(Starter, "mine", card => card with { License = "CC-BY-4.0" });

        ModelCard found = catalog.Resolve("mine");
        found.License.ShouldBe("CC-BY-4.0");
        found.Architecture.ShouldBe("CellViTSlim");
        found.WeightsPath.ShouldBe(_folder.File("mine.pth"));
        found.Sha256.ShouldBe(FileDigest.Sha256(Starter));
        FileDigest.Sha256(found.WeightsPath).ShouldBe(found.Sha256);
        catalog.Names.ShouldBe(["mine", "starter"]);
        Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["mine.json", "mine.pth"]);
    }

    [Theory]
    [InlineData("starter")]
    [InlineData("registry")]
    [InlineData("../out")]
    [InlineData(".hidden")]
    [InlineData("")]
    public void Taken_and_impossible_names_are_refused_before_anything_is_copied(string name)
    {
        var import = new ModelImport(_folder.File("models"), ModelCatalog.Installed);

        Should.Throw<ConfigurationException>(() => import.Import(Starter, name, card => card)).Remedy.ShouldContain("--name");

        Directory.Exists(_folder.File("models")).ShouldBeFalse();
    }

    [Fact]
    public void What_is_no_network_is_refused_and_leaves_nothing()
    {
        var import = new ModelImport(_folder.File("models"), new ModelCatalog(_folder.File("models")));

        Should.Throw<ModelException>(() => import.Import(SharedData.Path("goldens", "classifier", "checkpoints", "consep.pth"), null, card => card))
            .Code.ShouldBe(ErrorCode.CheckpointMismatch);
        Should.Throw<ModelException>(() => import.Import(_folder.File("none.pth"), null, card => card)).Code.ShouldBe(ErrorCode.ModelMissing);

        Directory.Exists(_folder.File("models")).ShouldBeFalse();
    }

    public void Dispose() => _folder.Dispose();
}
