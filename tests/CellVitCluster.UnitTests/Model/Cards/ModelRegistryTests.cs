using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Cards;
using CellVitCluster.TestSupport;

namespace CellVitCluster.UnitTests.Model.Cards;

public sealed class ModelRegistryTests : IDisposable
{
    private const string Entry = """
        {"name":"m","kind":"segmentation","file":"m.pth","url":"https://example.org/m.pth","sha256":null,"license":"CC0-1.0"}
        """;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_shipped_registry_names_the_published_files_and_claims_no_digest_that_nobody_checked()
    {
        ModelRegistry registry = ModelRegistry.Load(ModelFolders.Shipped);

        registry.Entries.Select(e => e.File).Order(StringComparer.Ordinal).ShouldBe(["CellViT-256-x40-AMP.pth", "CellViT-SAM-H-x40-AMP.pth", "classifier.zip"]);
        registry.Entries.ShouldAllBe(e => e.Sha256 == null && e.AcceptanceRequired && e.Terms.Length > 0 && e.Url.Host == "zenodo.org");
    }

    [Fact]
    public void Entries_of_an_earlier_folder_win()
    {
        Write(Entry);

        ModelRegistry registry = ModelRegistry.Load(_folder.Path, ModelFolders.Shipped);

        registry.Find("m").License.ShouldBe("CC0-1.0");
        registry.Entries.Count.ShouldBe(4);
        Should.Throw<ModelException>(() => registry.Find("n")).Why.ShouldContain("m");
    }

    [Theory]
    [InlineData("\"sha256\":null", "\"sha256\":\"ABC\"", "sha256")]
    [InlineData("\"sha256\"", "\"sha255\"", "sha255")]
    [InlineData("https:", "file:", "url")]
    [InlineData("\"m.pth\"", "\"../m.pth\"", "file")]
    [InlineData("\"m\"", "\"a/b\"", "name")]
    [InlineData("\"CC0-1.0\"", "\"CC0-1.0\",\"acceptanceRequired\":true", "terms")]
    public void A_faulty_registry_is_refused_with_the_entry(string text, string replacement, string named)
    {
        Entry.ShouldContain(text);
        Write(Entry.Replace(text, replacement, StringComparison.Ordinal));

        ModelException refusal = Should.Throw<ModelException>(() => ModelRegistry.Load(_folder.Path));

        refusal.Code.ShouldBe(ErrorCode.ModelCardInvalid);
        refusal.Why.ShouldContain(named);
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string entry) => File.WriteAllText(_folder.File("registry.json"), $"[{entry}]");
}
